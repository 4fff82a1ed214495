package io.sentinelmesh.aggregator;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TlsTest {

    private static final char[] PASSWORD = "only for this test's minute".toCharArray();

    @TempDir
    Path dir;
    private KeyStore keys;

    /** With the JDK's own tool, so that no key lies in the repository. */
    @BeforeEach
    void makeCertificate() throws Exception {
        Path store = dir.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "test", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost",
                "-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "2", "-storetype", "PKCS12", "-keystore",
                store.toString(), "-storepass", new String(PASSWORD)).redirectErrorStream(true)
                .redirectOutput(dir.resolve("keytool.log").toFile()).start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("test").getEncoded());
        pem("key.pem", "PRIVATE KEY", keys.getKey("test", PASSWORD).getEncoded());
    }

    private void pem(String file, String what, byte[] content) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content);
        Files.writeString(dir.resolve(file),
                "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private ListenSettings with(String certificate, String key) {
        return new ListenSettings("127.0.0.1", 0,
                Optional.of(new ListenSettings.TlsFiles(dir.resolve(certificate), dir.resolve(key))));
    }

    private SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("test"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @Test
    void requests_come_over_tls_and_are_told_to_stay_there() throws Exception {
        try (RunningAggregator aggregator = RunningAggregator.over(new FakeStore(), dir, with("cert.pem", "key.pem"));
                SSLSocket socket = (SSLSocket) trusting().getSocketFactory()
                        .createSocket(InetAddress.getByName("127.0.0.1"), aggregator.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("strict-transport-security:");
        }
    }

    @Test
    void a_key_that_is_none_is_named() throws Exception {
        Files.writeString(dir.resolve("bad.pem"), "not a key\n");

        assertThatThrownBy(() -> RunningAggregator.over(new FakeStore(), dir, with("cert.pem", "bad.pem")))
                .isInstanceOf(StartupException.class).hasMessageContaining("bad.pem").hasMessageContaining("PEM");
    }
}
