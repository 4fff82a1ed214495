package io.sentinelmesh.agent.host;

import io.sentinelmesh.measurement.MetricValue;

/** What kind of figure a name stands for. */
enum Kind {

    GAUGE {
        @Override
        MetricValue of(double value) {
            return new MetricValue.Gauge(value);
        }
    },
    COUNTER {
        @Override
        MetricValue of(double value) {
            return new MetricValue.Counter(value);
        }
    };

    abstract MetricValue of(double value);
}
