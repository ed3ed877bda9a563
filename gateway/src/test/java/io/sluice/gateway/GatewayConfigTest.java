package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.Decompression;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.OwnCertificate;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsConfig;
import io.sluice.serving.tls.TlsEngine;
import io.sluice.serving.tls.TlsOptions;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defaults fit together; what does not is refused with the setting's name. */
class GatewayConfigTest {
    private static final Path FILE = Path.of("x.pem");
    private static final TlsConfig TLS = new TlsConfig(FILE, FILE, FILE, List.of(FILE), TlsConfig.DEFAULT_RELOAD);

    /** Without netty-tcnative on the class path: in a class loader that has everything else of this test's. */
    @Test
    void saysAtTheStartThatTheOpensslLibraryIsNotThere() throws Exception {
        URL[] others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains("tcnative"))
                .map(part -> url(Path.of(part)))
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> serverTls(without, TlsEngine.OPENSSL))
                    .hasMessageContaining("tls.engine is openssl")
                    .hasMessageContaining("netty-tcnative-boringssl-static")
                    .hasMessageContaining("set tls.engine: jdk");
            assertThatThrownBy(() -> serverTls(without, TlsEngine.JDK))
                    .as("it comes as far as the files")
                    .hasMessageContaining(FILE.toString());
        }
        assertThatThrownBy(() -> serverTls(GatewayConfigTest.class.getClassLoader(), TlsEngine.OPENSSL))
                .as("here it is there")
                .hasMessageContaining(FILE.toString());
    }

    /** What a gateway makes first of all, of a loader's own classes. */
    private static void serverTls(ClassLoader loader, TlsEngine engine) throws Throwable {
        Class<?> config = loader.loadClass(TlsConfig.class.getName());
        Class<?> options = loader.loadClass(TlsOptions.class.getName());
        Class<?> engines = loader.loadClass(TlsEngine.class.getName());
        Class<?> own = loader.loadClass(OwnCertificate.class.getName());
        Object tls = config.getConstructor(own, Path.class, List.class, options, Duration.class)
                .newInstance(
                        loader.loadClass(OwnCertificate.Pem.class.getName())
                                .getConstructor(Path.class, Path.class)
                                .newInstance(FILE, FILE),
                        FILE,
                        List.of(FILE),
                        options.getConstructor(boolean.class, engines, Path.class)
                                .newInstance(
                                        false, engines.getField(engine.name()).get(null), null),
                        TlsConfig.DEFAULT_RELOAD);
        try {
            loader.loadClass(ServerTls.class.getName())
                    .getConstructor(config, Clock.class)
                    .newInstance(tls, Clock.systemUTC());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static URL url(Path part) {
        try {
            return part.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void defaultsAreAccepted() {
        GatewayConfig config = GatewayConfig.of(
                TestGateway.LAYOUT,
                DataPortConfig.of("0.0.0.0", DataPortConfig.DEFAULT_PORT, TLS),
                ManagementConfig.DEFAULT,
                KafkaConfig.of(Map.of("bootstrap.servers", "kafka:9093")));

        assertThat(config.management().host()).isEqualTo("127.0.0.1");
        assertThat(config.dataPort().limits().maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(config.kafka().limits().maxBlock()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new TlsConfig(FILE, FILE, FILE, List.of(), TlsConfig.DEFAULT_RELOAD))
                .hasMessageContaining("tls.crls");
        assertThatThrownBy(() -> KafkaConfig.of(Map.of())).hasMessageContaining("bootstrap.servers");
        assertThatThrownBy(() -> new ManagementConfig("", 1)).hasMessageContaining("management");
        assertThatThrownBy(() -> DataPortConfig.of("127.0.0.1", 70_000, TLS)).hasMessageContaining("port");
        assertThatThrownBy(() -> new PublishLimits(
                        64L << 20,
                        2 << 20,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(4),
                        Duration.ZERO,
                        1))
                .hasMessageContaining("maxBlock");
    }

    @Test
    void refusesADeliveryThatOutlastsTheAnswer() {
        ReceiveLimits base = ReceiveLimits.DEFAULT;
        ReceiveLimits brief = new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                base.maxConnections(),
                base.maxHandshakes(),
                base.handshakesPerSecond(),
                base.calm(),
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                base.handshake(),
                base.head(),
                base.body(),
                base.body().plusSeconds(5),
                base.connectionLife(),
                base.drain());

        assertThatThrownBy(() -> GatewayConfig.of(
                        TestGateway.LAYOUT,
                        new DataPortConfig("127.0.0.1", 0, 1, 1, TLS, brief, Decompression.OFF, List.of()),
                        ManagementConfig.DEFAULT,
                        KafkaConfig.of(Map.of("bootstrap.servers", "kafka:9093"))))
                .hasMessageContaining("answer deadline");
    }
}
