package io.sentinelmesh.trust;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** One block of a text in PEM (RFC 7468): what stands between a BEGIN line and its END. Blocks are read, never compared. */
@SuppressWarnings("ArrayRecordComponent")
record PemBlock(String label, byte[] der) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    /** RFC 7468 section 2. */
    private static final int LINE_CHARACTERS = 64;

    String text() {
        String base64 = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[]{'\n'}).encodeToString(der);
        return BEGIN + label + DASHES + "\n" + base64 + "\n" + END + label + DASHES + "\n";
    }

    /** What stands outside of blocks is explanation (RFC 7468 section 2) and is ignored. */
    static List<PemBlock> parse(String text, String source) {
        List<PemBlock> blocks = new ArrayList<>();
        String label = "";
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (label.isEmpty()) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + 5) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    body.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(new PemBlock(label, decoded(body.toString(), source, number)));
                label = "";
            } else {
                body.append(line);
            }
        }
        if (!label.isEmpty()) {
            throw new TrustException(
                    source + " ends inside a block: the line " + END + label + DASHES + " is missing. Copy it whole");
        }
        return blocks;
    }

    static List<PemBlock> of(List<PemBlock> blocks, String label) {
        return blocks.stream().filter(block -> block.label.equals(label)).toList();
    }

    private static byte[] decoded(String body, String source, int line) {
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException _) {
            // Its message may quote a key.
            throw new TrustException(
                    source + ": the block that ends at line " + line + " is not base64. Copy it whole");
        }
    }
}
