package io.sentinelmesh.membership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of members seen last, on disk: an aggregator that restarts with only itself as a seed would form a second cluster beside the
 * one its agents are in. Guarded by itself.
 */
final class RememberedMembers {

    /** One that answers is enough to join; the rest is for the case that most are gone. */
    static final int MOST = 32;

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._\\[\\]:-]{1,255}:\\d{1,5}");
    private static final Logger log = LoggerFactory.getLogger(RememberedMembers.class);

    private final Path file;
    private List<String> addresses;

    RememberedMembers(Path file) {
        this.file = file;
        this.addresses = read(file);
    }

    /** A hint only, so a file that cannot be read is as good as none. */
    private static List<String> read(Path file) {
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream().map(String::strip).filter(line -> ADDRESS.matcher(line).matches())
                    .limit(MOST).toList();
        } catch (IOException unreadable) {
            log.warn("Cannot read {}: starting without the members known last", file, unreadable);
            return List.of();
        }
    }

    synchronized List<String> addresses() {
        return addresses;
    }

    /** Those present now come first; those remembered stay behind them, for they may come back. */
    synchronized void saw(Collection<String> present) {
        Set<String> merged = new LinkedHashSet<>(present);
        merged.addAll(addresses);
        List<String> now = new ArrayList<>(merged).subList(0, Math.min(MOST, merged.size()));
        if (!now.equals(addresses)) {
            addresses = List.copyOf(now);
            write();
        }
    }

    private void write() {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, addresses);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            log.warn("Cannot write {}: after a restart the members known now are not remembered", file, unwritable);
        }
    }
}
