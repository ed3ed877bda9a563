package io.sluice.certs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the files of a development PKI lie. Paths only; {@link DevPki} makes and renews what they name, and a reader
 * that holds a file open across a renewal keeps the old one.
 *
 * @param folder the folder that holds all of it, mode 700
 */
public record PkiFiles(Path folder) {
    /** Checks the folder. */
    public PkiFiles {
        requireNonNull(folder, "folder is null");
    }

    /** Returns the root's certificate: the trust anchor of servers and clients. */
    public Path trust() {
        return folder.resolve("root.crt.pem");
    }

    /** Returns the intermediate's certificate, which is also in every chain file. */
    public Path intermediate() {
        return folder.resolve("intermediate.crt.pem");
    }

    /** Returns both revocation lists in one file: the intermediate's, then the root's. */
    public Path crls() {
        return folder.resolve("crls.pem");
    }

    /** Returns the revocation list that the root signed. */
    public Path rootCrl() {
        return folder.resolve("root.crl.pem");
    }

    /** Returns the revocation list that the intermediate signed. */
    public Path intermediateCrl() {
        return folder.resolve("intermediate.crl.pem");
    }

    /** Returns the root's certificate of {@link FaultyIdentity#OTHER_CA}. */
    public Path otherTrust() {
        return folder.resolve("faulty").resolve("other-root.crt.pem");
    }

    /** Returns the files of a good identity. */
    public PemIdentity identity(DevIdentity identity) {
        return pem(folder.resolve("identities"), identity.commonName());
    }

    /** Returns the files of a faulty identity. */
    public PemIdentity faulty(FaultyIdentity identity) {
        return pem(folder.resolve("faulty"), identity.fileName());
    }

    /** Returns the files of a policy-signing key. */
    public SignerFiles signer(PolicySigner signer) {
        Path signers = folder.resolve("signers");
        return new SignerFiles(
                signers.resolve(signer.keyName() + ".key.pem"), signers.resolve(signer.keyName() + ".pub.pem"));
    }

    Path rootKey() {
        return folder.resolve("root.key.pem");
    }

    Path intermediateKey() {
        return folder.resolve("intermediate.key.pem");
    }

    /** Written last and removed first, so that its presence says that all others are of one making. */
    Path manifest() {
        return folder.resolve("pki.properties");
    }

    /** Every file that a complete PKI has, the manifest apart. */
    List<Path> all() {
        List<Path> files = new ArrayList<>(List.of(
                trust(),
                rootKey(),
                intermediate(),
                intermediateKey(),
                rootCrl(),
                intermediateCrl(),
                crls(),
                otherTrust()));
        for (DevIdentity identity : DevIdentity.values()) {
            addAll(files, identity(identity));
        }
        for (FaultyIdentity identity : FaultyIdentity.values()) {
            addAll(files, faulty(identity));
        }
        for (PolicySigner signer : PolicySigner.values()) {
            files.add(signer(signer).key());
            files.add(signer(signer).publicKey());
        }
        return files;
    }

    private static void addAll(List<Path> files, PemIdentity identity) {
        files.addAll(List.of(identity.chain(), identity.key(), identity.keystore()));
    }

    static PemIdentity pem(Path folder, String name) {
        return new PemIdentity(
                folder.resolve(name + ".crt.pem"),
                folder.resolve(name + ".key.pem"),
                folder.resolve(name + ".keystore.pem"));
    }
}
