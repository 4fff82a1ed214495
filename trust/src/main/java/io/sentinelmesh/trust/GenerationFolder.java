package io.sentinelmesh.trust;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The generations of an authority on disk, one file each: its certificate, its cross-certificates and its key (PEM), so that none is there without the other. */
final class GenerationFolder {

    private static final Pattern NAME = Pattern.compile("authority-([1-9][0-9]{0,5})\\.pem");
    /** At one in two years, and each forgotten after its life. */
    private static final int MOST_GENERATIONS = 64;
    /** The lock on a file is the process's; this one is for its threads. */
    private static final Object THREADS = new Object();

    private final Path folder;

    GenerationFolder(Path folder) {
        this.folder = folder;
        PrivateFiles.folder(folder);
    }

    /** Alone among all processes that use this folder. */
    <T> T alone(Supplier<T> work) {
        Path file = folder.resolve("lock");
        synchronized (THREADS) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                return work.get();
            } catch (IOException e) {
                throw new TrustException("cannot lock " + file + " (" + PrivateFiles.reason(e)
                        + "): make the folder writable", e);
            }
        }
    }

    /** The newest first. */
    List<Generation> read() {
        List<Generation> generations = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.limit(10 * MOST_GENERATIONS).toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    generations.add(read(file, Integer.parseInt(name.group(1))));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new TrustException("cannot read the authority's folder " + folder + " (" + e.getMessage() + ")", e);
        }
        if (generations.size() > MOST_GENERATIONS) {
            throw new TrustException(folder + " holds " + generations.size() + " authorities: at most "
                    + MOST_GENERATIONS + " follow one another. Move those away that don't belong there");
        }
        generations.sort(Comparator.comparingInt(Generation::number).reversed());
        return generations;
    }

    void write(Generation generation) {
        List<X509Certificate> certificates = new ArrayList<>(List.of(generation.certificate()));
        certificates.addAll(generation.crossCertificates());
        String text = Certificates.pem(certificates)
                + new PemBlock(PrivateKeys.LABEL, PrivateKeys.pkcs8(generation.key())).text();
        PrivateFiles.write(file(generation), text.getBytes(StandardCharsets.US_ASCII));
    }

    void delete(Generation generation) {
        try {
            Files.deleteIfExists(file(generation));
        } catch (IOException e) {
            throw new TrustException(
                    "cannot delete " + file(generation) + " (" + PrivateFiles.reason(e) + ")", e);
        }
    }

    private Path file(Generation generation) {
        return folder.resolve("authority-" + generation.number() + ".pem");
    }

    private static Generation read(Path file, int number) {
        byte[] text = PrivateFiles.read(file, Certificates.MOST_FILE_BYTES)
                .orElseThrow(() -> new TrustException(file + " vanished"));
        return parse(text, file, number);
    }

    private static Generation parse(byte[] bytes, Path file, int number) {
        try {
            String text = new String(bytes, StandardCharsets.US_ASCII);
            List<X509Certificate> certificates = Certificates.ofPem(text, file.toString());
            X509Certificate own = certificates.getFirst();
            PrivateKey key = PrivateKeys.ofPem(PemBlock.parse(text, file.toString()),
                    own.getPublicKey().getAlgorithm(), file.toString());
            if (!PrivateKeys.belongTogether(key, own.getPublicKey())) {
                throw new TrustException(file + " holds a key that is not its certificate's");
            }
            return new Generation(number, key, own, certificates.subList(1, certificates.size()));
        } catch (TrustException e) {
            throw new TrustException(e.getMessage() + " (restore " + file + " from a backup)", e);
        }
    }
}
