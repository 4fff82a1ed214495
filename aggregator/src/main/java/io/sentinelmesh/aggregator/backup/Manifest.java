package io.sentinelmesh.aggregator.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.dump.DumpedTable;
import io.sentinelmesh.db.dump.StoreDump;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What is in a backup; its last entry, so that a file which ends early has none.
 *
 * @param release that wrote it
 * @param files of the data folder, relative to it
 */
record Manifest(String release, Instant madeAt, StoreDump store, List<String> files) {

    static final String ENTRY = "manifest.json";
    /** Of this form of file. */
    private static final int FORM = 1;

    Manifest {
        files = List.copyOf(files);
    }

    String json() {
        JsonArray tables = new JsonArray();
        for (DumpedTable table : store.tables()) {
            JsonObject each = new JsonObject().put("name", table.name()).put("rows", table.rows())
                    .put("columns", new JsonArray(table.columns()));
            table.times().ifPresent(
                    times -> each.put("first", times.first().toString()).put("last", times.last().toString()));
            tables.add(each);
        }
        return new JsonObject().put("form", FORM).put("release", release).put("madeAt", madeAt.toString())
                .put("schema", store.schema()).put("tables", tables).put("files", new JsonArray(files))
                .encodePrettily();
    }

    /** @throws BackupException if it is not one of ours */
    static Manifest parse(String text) {
        try {
            JsonObject json = new JsonObject(text);
            if (json.getInteger("form", 0) != FORM) {
                throw new BackupException("the file's form is " + json.getValue("form") + ", known here is " + FORM
                        + ": use the release of Sentinel Mesh that wrote it, or a later one");
            }
            List<DumpedTable> tables = json.getJsonArray("tables").stream().map(JsonObject.class::cast)
                    .map(Manifest::table).toList();
            List<String> files = json.getJsonArray("files").stream().map(String.class::cast).toList();
            return new Manifest(json.getString("release", "?"), Instant.parse(json.getString("madeAt")),
                    new StoreDump(json.getString("schema"), tables), files);
        } catch (DecodeException | ClassCastException | NullPointerException | DateTimeException bad) {
            throw new BackupException("its " + ENTRY + " cannot be understood: the file is damaged", bad);
        }
    }

    private static DumpedTable table(JsonObject json) {
        Optional<DumpedTable.Times> times = Optional.ofNullable(json.getString("first"))
                .map(first -> new DumpedTable.Times(Instant.parse(first), Instant.parse(json.getString("last"))));
        return new DumpedTable(json.getString("name"),
                json.getJsonArray("columns").stream().map(String.class::cast).toList(), json.getLong("rows"), times);
    }
}
