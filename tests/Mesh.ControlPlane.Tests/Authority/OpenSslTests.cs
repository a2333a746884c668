using System.Diagnostics;
using System.Globalization;
using Mesh.ControlPlane.Authority;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>OpenSSL's own verdict on what the authority makes.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-openssl-");

    public OpenSslTests() => Peer.OpenSsl.Require();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(AuthorityKeyAlgorithm.EcdsaP256, "sslserver")]
    [InlineData(AuthorityKeyAlgorithm.EcdsaP256, "sslclient")]
    [InlineData(AuthorityKeyAlgorithm.Rsa3072, "sslserver")]
    public async Task Verify_OfAChain_Succeeds(AuthorityKeyAlgorithm algorithm, string purpose)
    {
        using var bed = new AuthorityBed(settings => settings with { KeyAlgorithm = algorithm });

        var (code, output) = await VerifyAsync(bed, bed.Issue(), "-x509_strict", "-purpose", purpose);

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Verify_InEveryStepOfARotation_Succeeds()
    {
        using var bed = new AuthorityBed();
        var first = bed.Issue();
        bed.Authority.AddRoot();
        Assert.Equal(0, (await VerifyAsync(bed, first)).Code);
        bed.Authority.Reissue();
        Assert.Equal(0, (await VerifyAsync(bed, first)).Code);
        Assert.Equal(0, (await VerifyAsync(bed, bed.Issue())).Code);
        bed.Authority.DropRoot(bed.Authority.Status().Roots[^1].Name, force: true);
        bed.Logs.Expect("RootDroppedByForce");
        Assert.NotEqual(0, (await VerifyAsync(bed, first)).Code);
    }

    [Fact]
    public async Task S15_CheckOfTheRevocationLists_RefusesTheRevokedAndTakesTheOther()
    {
        using var bed = new AuthorityBed();
        var (revoked, other) = (bed.Issue(), bed.Issue());
        bed.Authority.Revoke(revoked.Serial, "stolen");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "crl.pem"), bed.Authority.RevocationListsPem, TestContext.Current.CancellationToken);

        var refused = await VerifyAsync(bed, revoked, "-crl_check_all", "-CRLfile", "crl.pem");
        var taken = await VerifyAsync(bed, other, "-crl_check_all", "-CRLfile", "crl.pem");

        Assert.NotEqual(0, refused.Code);
        Assert.Contains("revoked", refused.Output, StringComparison.Ordinal);
        Assert.True(taken.Code == 0, taken.Output);
    }

    [Fact]
    public async Task S10_LeafOfAnotherTrustDomainByOurKey_IsRefused()
    {
        using var bed = new AuthorityBed();
        var foreign = bed.Authority.Issue(new(Mesh.Protocol.Spiffe.SpiffeId.Of("other.example", "default", "reviews"), AuthorityBed.Csr(), "test"));

        var (code, output) = await VerifyAsync(bed, foreign);

        Assert.NotEqual(0, code);
        Assert.Contains("permitted subtree violation", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> VerifyAsync(AuthorityBed bed, IssuedCertificate issued, params string[] more)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["leaf.pem"] = issued.Chain[0],
            ["chain.pem"] = string.Concat(issued.Chain.Skip(1).Take(issued.Chain.Length - 2)),
            ["roots.pem"] = string.Join('\n', bed.Authority.Bundles.Own!.Roots.Select(root => root.ExportCertificatePem())),
        };
        foreach (var (name, content) in names)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), content, TestContext.Current.CancellationToken);
        }

        string[] arguments =
        [
            "verify", "-attime", bed.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "-CAfile", "roots.pem", "-untrusted", "chain.pem", .. more, "leaf.pem",
        ];
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
