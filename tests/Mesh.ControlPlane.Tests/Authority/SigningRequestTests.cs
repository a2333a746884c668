using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Mesh.ControlPlane.Authority.Signing;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>Which signing requests are signed.</summary>
public sealed class SigningRequestTests
{
    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void Read_OfAnEllipticKey_IsThatKey(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA384);

        var read = SigningRequestReader.Read(request.CreateSigningRequestPem());

        Assert.Equal(request.PublicKey.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void Read_OfAnRsaKey_IsThatKey()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        var read = SigningRequestReader.Read(request.CreateSigningRequestPem());

        Assert.Equal(request.PublicKey.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void S32_SignatureOfAnotherKey_IsRefused()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(""), new PublicKey(own), HashAlgorithmName.SHA256);

        AssertRefused(PemEncoding.WriteString("CERTIFICATE REQUEST", request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other))), "signed with its own key");
    }

    [Fact]
    public void S32_WeakRsaKey_IsRefused()
    {
        using var key = RSA.Create(1024);

        AssertRefused(new CertificateRequest("", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem(), "2048");
    }

    [Fact]
    public void S32_CurveThatIsNotKnown_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));

        AssertRefused(new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), "P-256");
    }

    [Fact]
    public void S32_Sha1Signature_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var der = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest(new Sha1Generator(key));
        AssertRefused(PemEncoding.WriteString("CERTIFICATE REQUEST", der), "SHA-256");
    }

    [Fact]
    public void S32_RequestOfAMegabyte_IsRefused() => AssertRefused(AuthorityBed.Csr() + new string(' ', 1024 * 1024), "at most");

    [Fact]
    public void S32_CriticalExtensionThatIsNotKnown_IsRefused() =>
        AssertRefused(AuthorityBed.Csr(request => request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true))), "1.2.3.4");

    [Fact]
    public void S32_ExtensionGivenTwice_IsRefused() => AssertRefused(
        AuthorityBed.Csr(request =>
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0], critical: false));
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0], critical: false));
        }),
        "once");

    [Fact]
    public void Read_OfOtherExtensionsAndAttributes_PassesThemBy() => SigningRequestReader.Read(AuthorityBed.Csr(request =>
    {
        request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: false));
        request.OtherRequestAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.7", [0x13, 2, (byte)'h', (byte)'i']));
    }));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n")]
    public void S32_TextThatIsNoRequest_IsRefused(string text) => AssertRefused(text, "expected");

    [Fact]
    public void S32_TwoRequests_AreRefused() => AssertRefused(AuthorityBed.Csr() + "\n" + AuthorityBed.Csr(), "one");

    [Fact]
    public void S32_TrailingBytes_AreRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] der = [.. new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest(), 0, 0];

        AssertRefused(PemEncoding.WriteString("CERTIFICATE REQUEST", der), "expected");
    }

    /// <summary>A changed byte makes a request that is refused, never one that is signed or fails otherwise.</summary>
    [Fact]
    public void S32_AnyChangedByte_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var changes = Gen.Choose(0, der.Length - 1).Zip(Gen.Choose(1, 255)).ToArbitrary();

        Prop.ForAll(changes, change =>
        {
            var changed = der.ToArray();
            changed[change.Item1] ^= (byte)change.Item2;
            Assert.Throws<SigningRequestException>(() => SigningRequestReader.Read(PemEncoding.WriteString("CERTIFICATE REQUEST", changed)));
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 7));
    }

    private static void AssertRefused(string pem, string text) =>
        Assert.Contains(text, Assert.Throws<SigningRequestException>(() => SigningRequestReader.Read(pem)).Message, StringComparison.Ordinal);

    /// <summary>Signs as nobody should any more; the platform's own refuses to.</summary>
    private sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
