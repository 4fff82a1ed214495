package io.sentinelmesh.trust;

import java.security.KeyPair;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity.Role;

import static org.assertj.core.api.Assertions.assertThat;

class MeshIdentityTest {

    private static final String ID = "3f1c9a52-0c11-4d7b-9f63-2b8a5c7d9e10";
    private static final NodeId NODE = NodeId.parse(ID);
    private final KeyPair key = CertificateRequest.newKey();

    private Optional<MeshIdentity> in(String... uris) {
        return MeshIdentity.of(Forger.signingItself(key).uri(uris).certify(key));
    }

    @Test
    void a_certificate_names_its_holder_by_one_uri() {
        assertThat(in("urn:sentinel-mesh:agent:" + ID)).contains(new MeshIdentity(Role.AGENT, NODE));
        assertThat(in("urn:sentinel-mesh:aggregator:" + ID)).contains(new MeshIdentity(Role.AGGREGATOR, NODE));
        assertThat(new MeshIdentity(Role.AGENT, NODE).uri()).isEqualTo("urn:sentinel-mesh:agent:" + ID);
    }

    @Test
    void no_name_more_than_one_or_another_spelling_of_one_names_nobody() {
        String uri = "urn:sentinel-mesh:agent:" + ID;

        assertThat(in()).isEmpty();
        assertThat(in(uri, uri)).isEmpty();
        assertThat(in(uri, "https://mesh.example/")).isEmpty();
        assertThat(in("urn:sentinel-mesh:agent:" + ID.toUpperCase())).isEmpty();
        assertThat(in("URN:sentinel-mesh:agent:" + ID)).isEmpty();
        assertThat(in("urn:sentinel-mesh:admin:" + ID)).isEmpty();
        assertThat(in("urn:sentinel-mesh:agent:")).isEmpty();
        assertThat(in(uri + "0")).isEmpty();
        assertThat(in("urn:sentinel-mesh:agent:3f1c9a520-c11-4d7b-9f63-2b8a5c7d9e10")).isEmpty();
    }
}
