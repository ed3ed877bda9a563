package io.sluice.cli.stack;

import io.sluice.certs.PkiFiles;
import io.sluice.certs.PolicySigner;
import io.sluice.cli.CommandFailure;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeMap;

/** Development keys for policy: one officer who approves and activates, one key that signs bundles. Never for production. */
final class DevSigners {
    static final String BUNDLE_KEY_ID = "bundle-signer-dev";

    private static final int RSA_BITS = 3_072;

    private final OfficerKey officer;
    private final PrivateKey bundleKey;
    private final TrustRoot root;

    private DevSigners(OfficerKey officer, PrivateKey bundleKey, TrustRoot root) {
        this.officer = officer;
        this.bundleKey = bundleKey;
        this.root = root;
    }

    static DevSigners openOrCreate(StackFolder folder, PkiFiles pki, String tenant) {
        try {
            var files = pki.signer(PolicySigner.OFFICER_ADA);
            byte[] spki = pem(Files.readString(files.publicKey()));
            String publicKey =
                    Base64.getEncoder().encodeToString(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
            OfficerKey officer =
                    OfficerKey.ofPem(PolicySigner.OFFICER_ADA.keyName(), Files.readString(files.key()), publicKey);
            RSAPrivateCrtKey bundleKey = bundleKey(folder.bundleKey());
            TreeMap<String, PublicKey> keys = new TreeMap<>();
            keys.put(BUNDLE_KEY_ID, publicKey(bundleKey));
            TrustRoot root = new TrustRoot(tenant, keys, Approvers.only(officer));
            Files.write(folder.trustRoot(), root.toBytes());
            return new DevSigners(officer, bundleKey, root);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure("The development signing keys in " + folder.root() + " cannot be used", e);
        }
    }

    OfficerKey officer() {
        return officer;
    }

    PrivateKey bundleKey() {
        return bundleKey;
    }

    TrustRoot root() {
        return root;
    }

    private static RSAPrivateCrtKey bundleKey(Path file) throws IOException, GeneralSecurityException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
            Path fresh = Files.createTempFile(
                    file.getParent(),
                    "bundle-signer",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, Base64.getMimeEncoder().encodeToString(pkcs8));
            Files.move(fresh, file);
        }
        byte[] pkcs8 = Base64.getMimeDecoder().decode(Files.readString(file));
        return (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static PublicKey publicKey(RSAPrivateCrtKey key) throws GeneralSecurityException {
        BigInteger exponent = key.getPublicExponent();
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(key.getModulus(), exponent));
    }

    private static byte[] pem(String text) {
        return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
    }
}
