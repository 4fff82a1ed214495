package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.db.StoreException;

/** As whom the server runs: PostgreSQL refuses to run as root. */
enum ServerAccount {

    /** We are not root: as ourselves. */
    OURSELVES,
    /**
     * We are root: in a user namespace without any mapping. There the server is "nobody", without rights over anything, while the files
     * stay root's: so it also works under a folder that only root may enter, such as root's home.
     */
    USER_NAMESPACE,
    /** We are root where user namespaces are forbidden, as in many containers: as the user nobody, to whom the files are given. */
    NOBODY;

    private static final int ROOT = 0;
    private static final int NOBODY_ID = 65_534;
    private static final Duration TRIAL_TIMEOUT = Duration.ofSeconds(10);

    static ServerAccount choose(Path dataFolder) throws IOException {
        if (ourUserId() != ROOT) {
            return OURSELVES;
        }
        for (ServerAccount account : List.of(USER_NAMESPACE, NOBODY)) {
            if (account.works(dataFolder)) {
                return account;
            }
        }
        throw new StoreException("PostgreSQL does not run as root, and neither 'unshare' nor 'setpriv' (package"
                + " util-linux) could make it another user: run this as an ordinary user, or name a database with"
                + " --db-url");
    }

    static int ourUserId() throws IOException {
        // Not /proc/self: that link belongs to root, whoever asks.
        return Folders.ownerId(Path.of("/proc", Long.toString(ProcessHandle.current().pid())));
    }

    List<String> command(Path program, String... arguments) {
        List<String> command = new ArrayList<>(switch (this) {
            case OURSELVES -> List.of();
            case USER_NAMESPACE -> List.of("unshare", "--user", "--");
            case NOBODY -> List.of("setpriv", "--reuid=" + NOBODY_ID, "--regid=" + NOBODY_ID, "--clear-groups", "--");
        });
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Makes the way to the folder passable. */
    void admitTo(Path dataFolder) throws IOException {
        if (this == NOBODY) {
            Files.setPosixFilePermissions(dataFolder, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    /** Gives a file, or a folder and all in it, to the server; cheap if it is the server's already. */
    void own(Path path) throws IOException {
        int wanted = switch (this) {
            case OURSELVES -> Folders.ownerId(path);
            case USER_NAMESPACE -> ROOT;
            case NOBODY -> NOBODY_ID;
        };
        if (Folders.ownerId(path) != wanted) {
            Folders.changeOwner(path, wanted, wanted);
        }
    }

    private boolean works(Path dataFolder) {
        try {
            return Command.run(command(Path.of("/bin/true")), dataFolder.resolve("command.out"), TRIAL_TIMEOUT)
                    .succeeded();
        } catch (StoreException e) {
            // Not installed: the next one may be.
            return false;
        }
    }
}
