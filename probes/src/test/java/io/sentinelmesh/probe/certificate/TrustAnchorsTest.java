package io.sentinelmesh.probe.certificate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.sentinelmesh.probe.kind.BadRequestException;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TrustAnchorsTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_without_end_is_refused() {
        assertThatThrownBy(() -> TrustAnchors.ofFile("/dev/zero")).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("larger than 4 MB");
    }
}
