package io.sentinelmesh.agent.enrolment;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.Validity;

/**
 * What an aggregator gives to one that joins or renews.
 *
 * @param chain the agent's certificate first
 * @param trusted the authorities to trust from now on, the signing one first
 * @param memberPort of the aggregator; 0 if it did not say
 */
record Certified(NodeId id, String name, String site, List<X509Certificate> chain, List<X509Certificate> trusted,
        int memberPort) {

    /** A mesh has one or two authorities; an answer with more certificates is none. */
    private static final int MOST_CERTIFICATES = 16;

    Certified {
        chain = List.copyOf(chain);
        trusted = List.copyOf(trusted);
        if (chain.isEmpty() || trusted.isEmpty()) {
            throw new IllegalArgumentException("a certificate and an authority are needed");
        }
    }

    Validity validity() {
        return Validity.of(chain.getFirst());
    }

    /** @throws IllegalArgumentException if it is no such answer, or the certificate is not this key's or not of an authority it names */
    static Certified read(JsonNode answer, PublicKey key) {
        NodeId id = NodeId.parse(text(answer, "agentId"));
        List<X509Certificate> chain = certificates(answer.path("chain"));
        Certified certified = new Certified(id, text(answer, "name"), text(answer, "site"), chain,
                certificates(answer.path("trusted")), answer.path("memberPort").asInt(0));
        X509Certificate leaf = chain.getFirst();
        require(leaf.getPublicKey().equals(key), "the certificate is for another key");
        require(MeshIdentity.of(leaf).equals(Optional.of(new MeshIdentity(MeshIdentity.Role.AGENT, id))),
                "the certificate is not this agent's");
        require(certified.trusted.stream().anyMatch(authority -> signed(leaf, authority)),
                "the certificate is of an authority that is not to be trusted");
        return certified;
    }

    private static boolean signed(X509Certificate leaf, X509Certificate authority) {
        try {
            leaf.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static List<X509Certificate> certificates(JsonNode texts) {
        require(texts.isArray() && !texts.isEmpty() && texts.size() <= MOST_CERTIFICATES, "it has no certificates");
        List<X509Certificate> certificates = new ArrayList<>();
        for (JsonNode text : texts) {
            try {
                byte[] der = Base64.getDecoder().decode(text.asText());
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new IllegalArgumentException("a certificate in it cannot be read", e);
            }
        }
        return certificates;
    }

    private static String text(JsonNode answer, String member) {
        JsonNode value = answer.path(member);
        require(value.isTextual() && !value.asText().isBlank(), "\"" + member + "\" is missing");
        return value.asText();
    }
}
