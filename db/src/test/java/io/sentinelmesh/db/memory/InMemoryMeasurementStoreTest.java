package io.sentinelmesh.db.memory;

import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.MeasurementStoreContract;

class InMemoryMeasurementStoreTest extends MeasurementStoreContract {

    private final InMemoryMeasurementStore store = new InMemoryMeasurementStore();

    @Override
    protected MeasurementStore store() {
        return store;
    }
}
