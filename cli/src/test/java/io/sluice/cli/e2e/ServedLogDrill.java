package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.room.AuditRoom;
import io.sluice.cli.room.RunningRoom;
import io.sluice.cli.room.WitnessRoom;
import io.sluice.postgresdev.DevPostgres;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code audit serve} as a process with all that can be set at once: its index in PostgreSQL, an OpenID provider, a time
 * stamping authority and a witness, each of them real. Goes on with a deployment that has a log and no policy yet.
 */
final class ServedLogDrill implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Deployment deployment;
    private final Path folder;
    private final Path settings;
    private final PkiFiles pki;
    private final DevPostgres postgres;
    private final OpensslAuthority authority;
    private final OidcProvider provider;
    private final int port;
    private final WitnessRoom witness;

    ServedLogDrill(Deployment deployment) throws Exception {
        this.deployment = deployment;
        this.folder = deployment.folder();
        this.settings = folder.resolve("sluice.yaml");
        this.pki = deployment.pki();
        PemIdentity server = pki.identity(DevIdentity.AUDIT);
        this.postgres = DevPostgres.start(server.chain(), server.key());
        makeDatabase();
        this.authority = OpensslAuthority.start(folder.resolve("tsa"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.provider = OidcProvider.start(folder.resolve("provider.txt"), redirect());
        this.witness = witness(server);
        Files.writeString(settings, Files.readString(settings).replaceFirst("(?m)^audit: .*\n", "") + configured());
        putPolicyInForce();
    }

    /** Whether everything that it takes is on this machine. */
    static boolean isPossible() {
        return OidcProvider.isInstalled() && DevPostgres.isInstalled();
    }

    private void makeDatabase() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + postgres.address() + "/postgres",
                        DevPostgres.ADMIN,
                        postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create database sluice");
            statement.execute("create role sluice_audit login password 'of-the-index'");
            statement.execute("grant create on database sluice to sluice_audit");
        }
        secret("postgres-password", "of-the-index");
        secret("oidc-secret", "console-secret");
    }

    private void secret(String file, String secret) throws Exception {
        Files.writeString(folder.resolve(file), secret + "\n");
        Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rw-------"));
    }

    private WitnessRoom witness(PemIdentity server) throws Exception {
        SluiceProcess.Result keygen = SluiceProcess.here(
                "witness",
                "keygen",
                "--name",
                "auditor.example/w1",
                "--out",
                folder.resolve("w.key").toString());
        assertThat(keygen.exitCode()).as(keygen.err()).isZero();
        Matcher key = Pattern.compile("Public key: +(\\S+)").matcher(keygen.out());
        assertThat(key.find()).as(keygen.out()).isTrue();
        Files.writeString(folder.resolve("w.vkey"), key.group(1) + "\n");
        Files.writeString(folder.resolve("witness.yaml"), """
                witness: {signingKey: w.key, folder: witnessed, port: 0, chain: %s, key: %s, logs: ["%s"]}
                """.formatted(
                        server.chain(),
                        server.key(),
                        Files.readString(folder.resolve("audit/log.vkey")).strip()));
        return WitnessRoom.start(
                new ConfigReader().read(folder.resolve("witness.yaml")).witness());
    }

    private String configured() throws Exception {
        String witnessAddress = witness.addresses().get(0).replaceFirst("^witness +(.*)/add-checkpoint$", "$1");
        String everything = """
                port: 0, indexIn: postgresql,
                postgresql: {servers: "%s", passwordFile: postgres-password, trust: %s},
                witnesses: {ask: ["%s %s"], trust: %s},
                timestamp: {authority: "%s", trust: tsa/root.pem, every: 1s},
                console: {enabled: true, port: %d,
                oidc: {issuer: "%s", clientSecretFile: oidc-secret, redirect: "%s", trust: %s}}
                """.formatted(
                        postgres.address().replace("127.0.0.1", "localhost"),
                        pki.trust(),
                        Files.readString(folder.resolve("w.vkey")).strip(),
                        witnessAddress,
                        pki.trust(),
                        authority.address(),
                        port,
                        provider.issuer(),
                        redirect(),
                        pki.trust());
        return Deployment.audit(pki, everything.replaceAll("\\s+", " "));
    }

    private String redirect() {
        return "https://localhost:" + port + "/console/oidc/callback";
    }

    private void putPolicyInForce() throws Exception {
        Path rulebook = Rulebooks.copy(folder.resolve("rulebook"));
        Path access = rulebook.resolve("access.yaml");
        Files.writeString(
                access,
                Files.readString(access) + "\ngroups: {\"" + provider.issuer() + "\": {sluice-auditors: [auditor]}}\n");
        deployment.trust();
        deployment.activate(rulebook);
    }

    /** A program with a token and a person in a browser read the log; it is stamped, cosigned, and its index on the server. */
    void isReadStampedAndCosigned() throws Exception {
        SluiceProcess room = deployment.start("audit", "serve");
        await().atMost(PATIENCE).until(() -> {
            assertThat(room.isAlive()).as(room.output() + room.errors()).isTrue();
            return room.output().contains("audit serve: ready\n");
        });
        URI console = URI.create("https://localhost:" + port + "/console/");

        HttpResponse<String> program = browser()
                .send(
                        HttpRequest.newBuilder(console.resolve("/api/v1/entries?code=admission-refused"))
                                .header("Authorization", "Bearer " + provider.token())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(program.statusCode()).as(program.body()).isEqualTo(200);
        assertThat(program.body()).contains("webshop");

        HttpClient person = browser();
        HttpResponse<String> back =
                OidcProvider.signIn(person, console.resolve("/console/oidc/sign-in"), "auditor-ann");
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertThat(person.send(HttpRequest.newBuilder(console).build(), BodyHandlers.ofString())
                        .body())
                .contains("#auditor-ann</strong>");

        await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("audit/checkpoint.timestamped")));
        SluiceProcess.Result stopped = room.terminate(PATIENCE);
        assertThat(stopped.exitCode()).as(stopped.out() + stopped.err()).isZero();
        assertThat(deployment
                        .succeed(
                                "audit",
                                "verify",
                                "--tsa-cert",
                                authority.root().toString(),
                                "--witness",
                                folder.resolve("w.vkey").toString())
                        .out())
                .contains("intact     holds", "witnessed  holds", "CN=OpenSSL-stamps");
        assertThat(deployment.succeed("audit", "query", "--code", "audit-read").out())
                .contains(provider.issuer() + "#auditor-program", provider.issuer() + "#auditor-ann");
        assertThat(folder.resolve("index/console.sqlite"))
                .as("it is on the server")
                .doesNotExist();
    }

    /** The log goes on; that nobody can read, come in or have a stamp is said with the setting. */
    void whatIsWrongIsSaidWithItsSetting() throws Exception {
        provider.close();
        secret("postgres-password", "of-somebody-else");
        Rulebooks.edit(settings, "trust: tsa/root.pem", "trust: " + pki.trust());
        Rulebooks.edit(settings, "port: " + port, "port: 0");
        try (RunningRoom room = AuditRoom.start(new ConfigReader().read(settings))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(room.state())
                            .startsWith(RunningRoom.READY)
                            .contains("the password in audit.postgresql.passwordFile is not the role's")
                            .contains("nobody can come in by audit.console.oidc: the OpenID provider "
                                    + provider.issuer())
                            .contains("audit.timestamp.trust", "CN=OpenSSL-stamps"));
        }
    }

    private HttpClient browser() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ClientIdentity.trusting(pki.trust()))
                .build();
    }

    @Override
    public void close() {
        witness.close();
        provider.close();
        authority.close();
        postgres.close();
    }
}
