package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Properties;

import org.tukaani.xz.XZInputStream;

import io.sentinelmesh.db.StoreException;

/**
 * initdb, pg_ctl and postgres, unpacked once into a folder of their own version.
 *
 * @param version such as "18.6.0"
 */
record ServerPrograms(Path folder, String version) {

    /** In KiB: 20 times what the archive's dictionary needs, and far below what a forged one could ask for. */
    private static final int MAX_DECODER_KIB = 256 * 1024;

    /** Unpacks them unless that is done already. The caller holds the data folder's lock, so nobody else unpacks there now. */
    static ServerPrograms unpackInto(Path dataFolder) {
        String version = packagedVersion();
        Path folder = dataFolder.resolve("postgresql-" + version);
        if (Files.isDirectory(folder)) {
            return new ServerPrograms(folder, version);
        }
        Path staging = dataFolder.resolve("postgresql-" + version + ".unpacking");
        String resource = "/postgres-linux-" + architecture() + ".txz";
        try (InputStream archive = ServerPrograms.class.getResourceAsStream(resource)) {
            if (archive == null) {
                throw new StoreException("this build brings no PostgreSQL for " + System.getProperty("os.name") + " on "
                        + System.getProperty("os.arch") + " (" + resource
                        + " is missing); name a database with --db-url");
            }
            Folders.delete(staging);
            Files.createDirectories(staging);
            // Static libraries and headers are for compiling against the server, which nobody does here.
            TarReader.unpack(new XZInputStream(archive, MAX_DECODER_KIB), staging,
                    name -> !name.endsWith(".a") && !name.contains("/pkgconfig"));
            move(staging, folder);
        } catch (IOException e) {
            throw new StoreException("could not unpack PostgreSQL into " + folder + ": " + e.getMessage(), e);
        }
        return new ServerPrograms(folder, version);
    }

    String majorVersion() {
        return version.substring(0, version.indexOf('.'));
    }

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static String architecture() {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> architecture;
        };
    }

    private static String packagedVersion() {
        Properties properties = new Properties();
        try (InputStream in = ServerPrograms.class.getResourceAsStream("server.properties")) {
            if (in == null) {
                throw new StoreException("this build lacks server.properties: build it with ./mvnw");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new StoreException("cannot read server.properties: " + e.getMessage(), e);
        }
        return properties.getProperty("version", "");
    }
}
