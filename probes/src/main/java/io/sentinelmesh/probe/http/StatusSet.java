package io.sentinelmesh.probe.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which status codes are as they should be. */
record StatusSet(List<Range> ranges) {

    private static final Pattern RANGE = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

    /** Both ends belong to it. */
    record Range(int first, int last) {
        Range {
            if (first > last) {
                throw new IllegalArgumentException("expected a range from the lower to the higher status");
            }
        }
    }

    StatusSet {
        ranges = List.copyOf(ranges);
    }

    /** As in "200-299,304". */
    static StatusSet parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException("expected status codes and ranges such as 200-299,304");
            }
            int first = Integer.parseInt(range.group(1));
            ranges.add(new Range(first, range.group(2) == null ? first : Integer.parseInt(range.group(2))));
        }
        return new StatusSet(ranges);
    }

    boolean contains(int status) {
        return ranges.stream().anyMatch(range -> status >= range.first() && status <= range.last());
    }
}
