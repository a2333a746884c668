using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>An intermediate of another authority, in Istio's files.</summary>
public sealed class PluggedAuthorityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-plugged-");
    private static DateTimeOffset Start => new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_WithGoodFiles_IssuesUnderTheirRoot()
    {
        var root = Write(_folder.FullName);
        using var bed = new AuthorityBed(settings => settings with { PluggedFolder = _folder.FullName });

        var issued = bed.Issue();

        Assert.True(bed.Verify(issued).IsAccepted);
        Assert.Equal(root.Thumbprint, Assert.Single(bed.Authority.Bundles.Own!.Roots).Thumbprint);
        Assert.Equal(root.Thumbprint, X509Certificate2.CreateFromPem(issued.Chain[^1]).Thumbprint);
        bed.Reopen();
        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
    }

    [Fact]
    public void Open_WithARenewedIntermediate_TakesItUnderTheSameRoot()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = CreateRoot(rootKey);
        Write(_folder.FullName, root, rootKey);
        using var bed = new AuthorityBed(settings => settings with { PluggedFolder = _folder.FullName });
        var before = bed.Issue();
        bed.Close();

        Write(_folder.FullName, root, rootKey);
        bed.Reopen();

        Assert.NotEqual(before.Chain[1], bed.Issue().Chain[1]);
        Assert.True(bed.Verify(before).IsAccepted);
        Assert.Single(bed.Authority.Bundles.Own!.Roots);
    }

    [Fact]
    public void Open_WithAnotherRootThanBefore_KeepsTheFormerInTheBundle()
    {
        using var bed = new AuthorityBed();
        bed.Logs.Expect("RootReplacedAtOnce");
        var before = bed.Issue();
        Write(_folder.FullName);

        bed.Reopen(settings => settings with { PluggedFolder = _folder.FullName });

        Assert.True(bed.Verify(before).IsAccepted);
        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
        Assert.Equal(["issuing", "former"], bed.Authority.Status().Roots.Select(root => root.State));
    }

    [Fact]
    public void AddRoot_OfAFolder_RotatesToIt()
    {
        using var bed = new AuthorityBed();
        var root = Write(_folder.FullName);

        bed.Authority.AddRoot(_folder.FullName);
        bed.Reopen();
        bed.Authority.Reissue();
        bed.Reopen();

        Assert.Equal(root.Thumbprint, X509Certificate2.CreateFromPem(bed.Issue().Chain[^1]).Thumbprint);
        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
    }

    [Theory]
    [InlineData(".p7b", false)]
    [InlineData(".p7c", false)]
    [InlineData(".p7b", true)]
    public void Open_WithPackedCertificates_FindsTheIntermediateByItsKey(string extension, bool isText)
    {
        var root = Write(_folder.FullName);
        Pack("ca-cert", extension, isText, "ca-cert", "root-cert");
        Pack("root-cert", extension, isText, "root-cert");
        File.Delete(Path.Combine(_folder.FullName, "cert-chain.pem"));
        using var bed = new AuthorityBed(settings => settings with { PluggedFolder = _folder.FullName });

        var issued = bed.Issue();

        Assert.True(bed.Verify(issued).IsAccepted);
        Assert.Equal(3, issued.Chain.Length);
        Assert.Equal(root.Thumbprint, X509Certificate2.CreateFromPem(issued.Chain[^1]).Thumbprint);
    }

    [Fact]
    public void Open_WithTwoFormsOfAFile_IsRefused()
    {
        Write(_folder.FullName);
        var pem = File.ReadAllText(Path.Combine(_folder.FullName, "root-cert.pem"));
        Pack("root-cert", ".p7b", isText: false, "root-cert");
        File.WriteAllText(Path.Combine(_folder.FullName, "root-cert.pem"), pem);

        AssertRefused("expected one of them");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0\u0003abc")]
    [InlineData("-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n")]
    public void Open_WithBrokenPackedCertificates_IsRefused(string content)
    {
        Write(_folder.FullName);
        File.Delete(Path.Combine(_folder.FullName, "root-cert.pem"));
        File.WriteAllText(Path.Combine(_folder.FullName, "root-cert.p7b"), content);

        AssertRefused("in PEM or PKCS#7");
    }

    [Fact]
    public void Open_WithTheKeyOfAnother_IsRefused()
    {
        Write(_folder.FullName);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteKey(_folder.FullName, other);

        AssertRefused("is not the key of");
    }

    [Theory]
    [InlineData("ca-cert.pem")]
    [InlineData("ca-key.pem")]
    [InlineData("root-cert.pem")]
    public void Open_WithoutAFile_NamesIt(string name)
    {
        Write(_folder.FullName);
        File.Delete(Path.Combine(_folder.FullName, name));

        AssertRefused(name);
    }

    [Fact]
    public void Open_WithAnotherRoot_IsRefused()
    {
        Write(_folder.FullName);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_folder.FullName, "root-cert.pem"), CreateRoot(key).ExportCertificatePem());

        AssertRefused("no path");
    }

    [Fact]
    public void Open_WithACertificateThatMayNotSign_IsRefused()
    {
        Write(_folder.FullName, isAuthority: false);

        AssertRefused("may not sign");
    }

    [Fact]
    public void Open_WithAnExpiredIntermediate_IsRefused()
    {
        Write(_folder.FullName, days: -1);

        AssertRefused("valid from");
    }

    [Fact]
    public void S35_PluggedKeyThatOthersRead_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        Write(_folder.FullName);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_folder.FullName, "ca-key.pem"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        AssertRefused("ca-key.pem");
    }

    private static X509Certificate2 Write(string folder, bool isAuthority = true, int days = 60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Write(folder, CreateRoot(key), key, isAuthority, days);
    }

    private static X509Certificate2 Write(string folder, X509Certificate2 root, ECDsa rootKey, bool isAuthority = true, int days = 60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=plugged", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, isAuthority, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var certificate = request.Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), Start.AddDays(-30), Start.AddDays(days), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, "ca-cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "cert-chain.pem"), certificate.ExportCertificatePem() + "\n" + root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "root-cert.pem"), root.ExportCertificatePem());
        WriteKey(folder, key);
        return root;
    }

    private static void WriteKey(string folder, ECDsa key) =>
        OwnerOnlyFile.Write(Path.Combine(folder, "ca-key.pem"), System.Text.Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem()));

    /// <summary>In place of a PEM file, one in PKCS#7 with the certificates of several; DER is a set, in no order.</summary>
    private void Pack(string name, string extension, bool isText, params string[] from)
    {
        var certificates = new X509Certificate2Collection();
        foreach (var file in from)
        {
            certificates.ImportFromPem(File.ReadAllText(Path.Combine(_folder.FullName, file + ".pem")));
        }

        var packed = certificates.Export(X509ContentType.Pkcs7)!;
        var target = Path.Combine(_folder.FullName, name + extension);
        File.Delete(Path.Combine(_folder.FullName, name + ".pem"));
        File.WriteAllBytes(target, isText ? System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("PKCS7", packed)) : packed);
    }

    private static X509Certificate2 CreateRoot(ECDsa key)
    {
        var request = new CertificateRequest("CN=company root " + Convert.ToHexString(RandomNumberGenerator.GetBytes(4)), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(Start.AddDays(-60), Start.AddDays(3650));
    }

    private void AssertRefused(string text)
    {
        var refusal = Assert.ThrowsAny<IOException>(() => { using var bed = new AuthorityBed(settings => settings with { PluggedFolder = _folder.FullName }); });
        Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
    }
}
