package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where an agent keeps its things if nobody says: what systemd made for the service, the user's own folders, or root's. */
final class OwnPlaces {

    private static final String FOLDER = "sentinel-mesh";

    private final Map<String, String> environment;

    OwnPlaces(Map<String, String> environment) {
        this.environment = environment;
    }

    /** For an agent of this name. */
    Path dataFolder(String name) {
        return systemdFolder().orElseGet(() -> stateFolder().resolve(name));
    }

    /**
     * The folder of the one agent that joined from this account.
     *
     * @return empty if none has joined
     * @throws ConfigException if several have
     */
    Optional<Path> dataFolderOfTheOnly() {
        if (systemdFolder().isPresent() || home().isEmpty()) {
            return systemdFolder();
        }
        try (Stream<Path> folders = Files.list(stateFolder())) {
            List<Path> joined = folders.filter(folder -> Files.exists(folder.resolve(Joined.FILE))).sorted().toList();
            if (joined.size() > 1) {
                throw new ConfigException("several agents have joined from here ("
                        + String.join(", ", joined.stream().limit(10).map(folder -> folder.getFileName().toString())
                                .toList())
                        + "): say which with --name or --data-dir");
            }
            return joined.stream().findFirst();
        } catch (IOException nothingThere) {
            return Optional.empty();
        }
    }

    private Optional<Path> systemdFolder() {
        // Several are separated by colons (systemd.exec); the first is ours.
        return Optional.ofNullable(environment.get("STATE_DIRECTORY")).map(all -> Path.of(all.split(":", -1)[0]));
    }

    private Path stateFolder() {
        return Optional.ofNullable(environment.get("XDG_STATE_HOME")).map(Path::of)
                .or(() -> home().map(home -> home.resolve(".local/state")))
                .orElseThrow(() -> new ConfigException(
                        "no folder to keep the agent's identity in: give one with --data-dir"))
                .resolve(FOLDER);
    }

    /** The file with the key that encrypts the agent's key: never in the data folder, so that a copy of that is worth nothing. */
    Path wrappingKeyFile(String name) {
        String file = name.replaceAll("[^A-Za-z0-9._-]", "_") + ".key";
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/etc", FOLDER, file);
        }
        return Optional.ofNullable(environment.get("XDG_CONFIG_HOME")).map(Path::of)
                .or(() -> home().map(home -> home.resolve(".config")))
                .orElseThrow(() -> new ConfigException(
                        "no folder to keep the wrapping key in: name a file with --wrapping-key-file"))
                .resolve(FOLDER).resolve(file);
    }

    private Optional<Path> home() {
        return Optional.ofNullable(environment.get("HOME")).filter(home -> !home.isBlank()).map(Path::of);
    }
}
