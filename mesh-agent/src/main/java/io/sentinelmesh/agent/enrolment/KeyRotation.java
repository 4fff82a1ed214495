package io.sentinelmesh.agent.enrolment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.agent.identity.DataFolderException;
import io.sentinelmesh.trust.TrustException;

/**
 * How {@code sentinel agent key rotate} asks the agent that runs: by a file in its data folder, where only those can write who could take the key as
 * well. Whoever holds the folder answers beside it.
 */
public final class KeyRotation {

    private static final String REQUEST = "rotate-key";
    private static final String ANSWER = "rotate-key.answer";
    private static final String DONE = "done";
    private static final int MOST_CHARS = 2_000;
    private static final Duration LOOK = Duration.ofMillis(100);

    private KeyRotation() {
    }

    /** The running agent's side: does what was asked for, if anything was. */
    public static void serve(DataFolder folder, Renewal renewal) {
        Path request = folder.path(REQUEST);
        if (!Files.exists(request)) {
            return;
        }
        Optional<String> id = text(request).map(String::strip);
        try {
            Files.deleteIfExists(request);
        } catch (IOException e) {
            throw new DataFolderException("cannot remove " + request + " (" + e.getMessage() + ")", e);
        }
        if (id.isEmpty()) {
            return;
        }
        String outcome;
        try {
            renewal.rotate();
            outcome = DONE;
        } catch (DoorException | TrustException e) {
            outcome = String.valueOf(e.getMessage());
        }
        folder.write(ANSWER, id.get() + "\n" + outcome + "\n");
    }

    /**
     * The command's side, while another process holds the folder.
     *
     * @return why it failed; empty if the key was replaced
     */
    public static Optional<String> ask(Path folder, Duration limit) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        long until = System.nanoTime() + limit.toNanos();
        Path request = folder.resolve(REQUEST);
        try {
            Path staged = Files.writeString(folder.resolve(REQUEST + "." + id), id + "\n");
            Files.move(staged, request, StandardCopyOption.ATOMIC_MOVE);
            while (System.nanoTime() < until) {
                Optional<String> answer = text(folder.resolve(ANSWER)).filter(text -> text.startsWith(id + "\n"));
                if (answer.isPresent()) {
                    Files.deleteIfExists(folder.resolve(ANSWER));
                    String outcome = answer.get().substring(id.length()).strip();
                    return outcome.equals(DONE) ? Optional.empty() : Optional.of(outcome);
                }
                Thread.sleep(LOOK);
            }
            Files.deleteIfExists(request);
            return Optional.of("the agent that runs with " + folder + " gave no answer within " + limit.toSeconds()
                    + " s: its log says more");
        } catch (IOException e) {
            return Optional.of("cannot write to " + folder + " (" + e.getMessage() + "): run this as the agent's user");
        }
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.size(file) > MOST_CHARS ? Optional.empty() : Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new DataFolderException("cannot read " + file + " (" + e.getMessage() + ")", e);
        }
    }
}
