package io.sluice.certs;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;

/** One making of all leaf certificates and revocation lists under a pair of authorities. Not thread-safe. */
final class Issuance {
    /** Tolerated difference between the clocks of two machines. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final Duration DAY = Duration.ofDays(1);

    private final PkiFiles files;
    private final PrivateFolder folder;
    private final Authorities authorities;
    private final Instant now;
    private final Instant notBefore;
    private final Instant notAfter;

    Issuance(PkiFiles files, PrivateFolder folder, Authorities authorities, Instant now) {
        this.files = files;
        this.folder = folder;
        this.authorities = authorities;
        this.now = now;
        this.notBefore = now.minus(CLOCK_SKEW);
        this.notAfter = now.plus(DevPki.LEAF_VALIDITY);
    }

    /**
     * Adds this making's revoked certificate to {@code revoked} and writes everything. It is revoked from its first
     * valid instant on: a verifier whose clock is behind ours must not find a moment at which it was sound.
     */
    void writeAll(Map<BigInteger, Instant> revoked) {
        for (DevIdentity identity : DevIdentity.values()) {
            issue(files.identity(identity), authorities, LeafProfile.of(identity, notBefore, notAfter));
        }
        revoked.put(writeFaulty().getSerialNumber(), notBefore);
        writeRevocations(revoked);
    }

    /** @param names URIs, which have a colon, and DNS names */
    PemIdentity issueNamed(Path target, List<String> names) {
        GeneralName[] general = names.stream()
                .map(name ->
                        name.contains(":") ? new GeneralName(GeneralName.uniformResourceIdentifier, name) : dns(name))
                .toArray(GeneralName[]::new);
        PemIdentity identity = PkiFiles.pem(target, "named");
        issue(
                identity,
                authorities,
                LeafProfile.of(DevIdentity.WEBSHOP, notBefore, notAfter).withNames(general));
        return identity;
    }

    /** Returns the certificate that is to be revoked. */
    private X509Certificate writeFaulty() {
        LeafProfile sound = LeafProfile.of(DevIdentity.WEBSHOP, notBefore, notAfter);
        Instant nextYear = now.plus(DAY.multipliedBy(365));
        Authorities other = Authorities.create("Other", now);
        X509Certificate intermediate = authorities.intermediate().certificate();
        PrivateKey notItsKey = CertificateAuthority.newKeyPair().getPrivate();
        Authorities forger = new Authorities(authorities.root(), new CertificateAuthority(intermediate, notItsKey));
        folder.write(files.otherTrust(), Pem.certificate(other.root().certificate()));

        issue(FaultyIdentity.EXPIRED, authorities, sound.valid(now.minus(DAY.multipliedBy(31)), now.minus(DAY)));
        issue(FaultyIdentity.NOT_YET_VALID, authorities, sound.valid(nextYear, nextYear.plus(DAY)));
        issue(FaultyIdentity.OTHER_CA, other, sound);
        issue(FaultyIdentity.FORGED, forger, sound);
        issue(FaultyIdentity.SERVER_ONLY, authorities, sound.serverOnly());
        issue(FaultyIdentity.NO_SAN, authorities, sound.withNames());
        issueOddSignatures(sound);
        issueOddNames(sound);
        return issue(FaultyIdentity.REVOKED, authorities, sound);
    }

    private void issueOddSignatures(LeafProfile sound) {
        CertificateAuthority sha1 = authorities.intermediate().withSha1();
        issue(FaultyIdentity.SHA1, new Authorities(authorities.root(), sha1), sound);
        CertificateAuthority constrained = authorities
                .root()
                .subordinate("Sluice Constrained CA", sound.notBefore(), sound.notAfter(), List.of("other.example"));
        issue(FaultyIdentity.OUTSIDE_CONSTRAINT, new Authorities(authorities.root(), constrained), sound);
        KeyPair weak = CertificateAuthority.newWeakKeyPair();
        X509Certificate intermediate = authorities.intermediate().certificate();
        write(files.faulty(FaultyIdentity.WEAK_KEY), weak, signed(sound, weak), intermediate);
        KeyPair own = CertificateAuthority.newKeyPair();
        write(files.faulty(FaultyIdentity.SELF_SIGNED), own, CertificateAuthority.selfSigned(sound, own));
        KeyPair alone = CertificateAuthority.newKeyPair();
        write(files.faulty(FaultyIdentity.MISSING_INTERMEDIATE), alone, signed(sound, alone));
    }

    private void issueOddNames(LeafProfile sound) {
        GeneralName[] both = Stream.of(DevIdentity.LAB, DevIdentity.WEBSHOP)
                .map(identity -> new GeneralName(
                        GeneralName.uniformResourceIdentifier,
                        identity.spiffeId().orElseThrow()))
                .toArray(GeneralName[]::new);
        issue(FaultyIdentity.SAN_SPOOF, authorities, sound.withNames(both));
        issue(FaultyIdentity.WILDCARD, authorities, sound.withNames(dns("*.sluice.dev")));
        issue(FaultyIdentity.NUL_IN_SAN, authorities, sound.withNames(dns("webshop.sluice.dev\0.evil.example")));
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private X509Certificate signed(LeafProfile profile, KeyPair pair) {
        return authorities.intermediate().issue(profile, pair.getPublic());
    }

    private X509Certificate issue(FaultyIdentity identity, Authorities issuers, LeafProfile profile) {
        return issue(files.faulty(identity), issuers, profile);
    }

    private X509Certificate issue(PemIdentity target, Authorities issuers, LeafProfile profile) {
        KeyPair pair = CertificateAuthority.newKeyPair();
        X509Certificate leaf = issuers.intermediate().issue(profile, pair.getPublic());
        write(target, pair, leaf, issuers.intermediate().certificate());
        return leaf;
    }

    private void write(PemIdentity target, KeyPair pair, X509Certificate... certificates) {
        String chain = Stream.of(certificates).map(Pem::certificate).collect(Collectors.joining());
        String key = Pem.key(pair.getPrivate());
        folder.write(target.chain(), chain);
        folder.write(target.key(), key);
        folder.write(target.keystore(), key + chain);
    }

    /** The lists outlive the leaves by a day: a verifier with an outdated list can tell nothing, and refuses all. */
    private void writeRevocations(Map<BigInteger, Instant> revoked) {
        Instant nextUpdate = notAfter.plus(DAY);
        X509CRL intermediate = authorities.intermediate().revocations(revoked, notBefore, nextUpdate);
        X509CRL root = authorities.root().revocations(Map.of(), notBefore, nextUpdate);
        folder.write(files.intermediateCrl(), Pem.crl(intermediate));
        folder.write(files.rootCrl(), Pem.crl(root));
        folder.write(files.crls(), Pem.crl(intermediate) + Pem.crl(root));
    }
}
