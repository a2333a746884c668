using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

public sealed class SvidVerifierTests : IDisposable
{
    private const string TrustDomain = "cluster.local";
    private const string Id = "spiffe://cluster.local/ns/default/sa/reviews";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly SvidAuthority _root = new();
    private readonly SvidAuthority _authority;

    public SvidVerifierTests() => _authority = _root.CreateIntermediate();

    [Theory]
    [InlineData(nameof(SvidUsage.Client))]
    [InlineData(nameof(SvidUsage.Server))]
    public void Verify_GoodSvid_TellsWhoItIs(string usage)
    {
        var verdict = Verify(_authority.Issue(Id), Enum.Parse<SvidUsage>(usage));

        Assert.Null(verdict.Detail);
        Assert.Equal(Id, verdict.Id?.ToString());
    }

    [Fact]
    public void Verify_SvidWithDnsNamesAndRsaKey_TellsWhoItIs() =>
        Assert.True(Verify(_authority.Issue(Id, template => { template.DnsNames.Add("localhost"); template.RsaBits = 2048; })).IsAccepted);

    [Fact]
    public void Verify_NoExtendedKeyUsage_TellsWhoItIs() => Assert.True(Verify(_authority.Issue(Id, template => template.Purposes = null)).IsAccepted);

    [Fact]
    public void Verify_NoCertificate_IsRefused() => AssertRefused(SvidReasons.Missing, Verify(null));

    [Theory]
    [InlineData("spiffe://cluster.local/ns/default/sa/ratings")]
    [InlineData(Id)]
    [InlineData("https://example.com/")]
    public void S01_TwoUris_AreRefused(string second) =>
        AssertRefused(SvidReasons.MultipleUri, Verify(_authority.Issue(Id, template => template.Uris.Add(second))));

    [Fact]
    public void S02_SecondUriInADuplicateExtension_IsRefused()
    {
        // 2.5.29.117 is nobody's; the rewritten certificate has it as a second subjectAltName, 2.5.29.17.
        var certificate = _authority.Issue(Id, template =>
            template.MoreExtensions.Add(new X509Extension("2.5.29.117", SvidAuthority.EncodeNames(["spiffe://cluster.local/ns/default/sa/admin"]), false)));
        var forged = _authority.Rewrite(certificate, content => Replace(content, [0x55, 0x1D, 0x75], [0x55, 0x1D, 0x11]));
        Assert.Equal(2, forged.Extensions.Count(extension => extension.Oid?.Value == "2.5.29.17"));

        AssertRefused(SvidReasons.MultipleUri, Verify(forged));
        Assert.Empty(SubjectAltNames.Read(forged));
    }

    [Fact]
    public void S02_DuplicateExtensionWithoutAUri_IsRefused()
    {
        var certificate = _authority.Issue(Id, template =>
            template.MoreExtensions.Add(new X509Extension("2.5.29.117", SvidAuthority.EncodeNames([], ["example.com"]), false)));

        AssertRefused(SvidReasons.SanEncoding, Verify(_authority.Rewrite(certificate, content => Replace(content, [0x55, 0x1D, 0x75], [0x55, 0x1D, 0x11]))));
    }

    [Fact]
    public void S03_NoUri_IsRefused()
    {
        AssertRefused(SvidReasons.NoUri, Verify(_authority.Issue(null, template => template.Subject = "CN=reviews")));
        AssertRefused(SvidReasons.NoUri, Verify(_authority.Issue(null, template => template.DnsNames.Add("reviews.default.svc.cluster.local"))));
    }

    [Theory]
    [InlineData("spiffe://cluster.local")]
    [InlineData("spiffe://cluster.local/")]
    [InlineData("spiffe://CLUSTER.local/ns/default/sa/reviews")]
    [InlineData("spiffe://cluster.local/ns/default/sa/%72eviews")]
    [InlineData("spiffe://cluster.local/ns/default/../sa/reviews")]
    [InlineData("spiffe://cluster.local/ns/default/sa/reviews/")]
    [InlineData("spiffe://admin@cluster.local/ns/default/sa/reviews")]
    [InlineData("spiffe://cluster.local:443/ns/default/sa/reviews")]
    [InlineData("spiffe://cluster.local/ns/default/sa/reviews?a=b")]
    [InlineData("https://cluster.local/ns/default/sa/reviews")]
    public void S04_BadId_IsRefused(string id) => AssertRefused(SvidReasons.BadId, Verify(_authority.Issue(id)));

    [Fact]
    public void S04_IdOfMoreThan2048Bytes_IsRefused() =>
        AssertRefused(SvidReasons.BadId, Verify(_authority.Issue("spiffe://cluster.local/" + new string('a', 2048))));

    [Fact]
    public void S05_CaCertificateAsLeaf_IsRefused()
    {
        AssertRefused(SvidReasons.IsCa, Verify(_authority.Issue(Id, template => template.IsAuthority = true)));
        AssertRefused(SvidReasons.IsCa, Verify(_root.CreateIntermediate(change: template => template.Uris.Add(Id)).Certificate));
    }

    [Theory]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign)]
    public void S05_LeafThatMaySign_IsRefused(X509KeyUsageFlags usage) =>
        AssertRefused(SvidReasons.KeyUsage, Verify(_authority.Issue(Id, template => template.KeyUsage = usage)));

    [Fact]
    public void S06_KeyUsageNotForSignatures_IsRefused()
    {
        AssertRefused(SvidReasons.KeyUsage, Verify(_authority.Issue(Id, template => template.KeyUsage = null)));
        AssertRefused(SvidReasons.KeyUsage, Verify(_authority.Issue(Id, template => template.KeyUsage = X509KeyUsageFlags.KeyEncipherment)));
        AssertRefused(SvidReasons.KeyUsage, Verify(_authority.Issue(Id, template => template.KeyUsageIsCritical = false)));
    }

    [Fact]
    public void S07_ServerCertificateAsClient_IsRefused()
    {
        var server = _authority.Issue(Id, template => template.Purposes = [SvidTemplate.ServerAuth]);
        var client = _authority.Issue(Id, template => template.Purposes = [SvidTemplate.ClientAuth]);

        AssertRefused(SvidReasons.ExtendedKeyUsage, Verify(server, SvidUsage.Client));
        AssertRefused(SvidReasons.ExtendedKeyUsage, Verify(client, SvidUsage.Server));
        Assert.True(Verify(server, SvidUsage.Server).IsAccepted);

        // What was believed in one use is not believed in another.
        AssertRefused(SvidReasons.ExtendedKeyUsage, Verify(server, SvidUsage.Client));
    }

    [Fact]
    public void S08_ChainOfAnotherTrustDomain_IsRefused()
    {
        using var other = new SvidAuthority("root of other.example");
        var bundles = new TrustBundles(TrustDomain, [BundleOf(TrustDomain, _root), BundleOf("other.example", other)]);

        AssertRefused(SvidReasons.Chain, Verify(other.Issue(Id), bundles: bundles));
        Assert.Equal("other.example", Verify(other.Issue("spiffe://other.example/ns/default/sa/reviews"), bundles: bundles).Id?.TrustDomain);
        AssertRefused(SvidReasons.Chain, Verify(_authority.Issue("spiffe://other.example/ns/default/sa/reviews"), bundles: bundles));
    }

    [Fact]
    public void S09_UnknownTrustDomain_IsRefused()
    {
        AssertRefused(SvidReasons.UnknownTrustDomain, Verify(_authority.Issue("spiffe://unknown.example/ns/default/sa/reviews")));
        AssertRefused(SvidReasons.UnknownTrustDomain, Verify(_authority.Issue(Id), bundles: TrustBundles.Empty));
    }

    [Fact]
    public void S10_OutOfTime_IsRefused()
    {
        var certificate = _authority.Issue(Id);

        AssertRefused(SvidReasons.Expired, Verify(certificate, now: Now.AddHours(2)));
        AssertRefused(SvidReasons.NotYetValid, Verify(certificate, now: Now.AddHours(-1)));

        // What was believed once is not believed when its time is over.
        Assert.True(Verify(certificate).IsAccepted);
        AssertRefused(SvidReasons.Expired, Verify(certificate, now: Now.AddHours(2)));
        AssertRefused(SvidReasons.NotYetValid, Verify(certificate, now: Now.AddHours(-1)));
    }

    [Fact]
    public void S10_IntermediateOutOfTime_IsRefused()
    {
        var expired = _root.CreateIntermediate("brief", template => template.Lifetime = TimeSpan.FromMinutes(1));

        AssertRefused(SvidReasons.Expired, Verify(expired.Issue(Id), authority: expired, now: Now.AddMinutes(5)));
    }

    [Fact]
    public void S10_BrokenPath_IsRefused()
    {
        using var stranger = new SvidAuthority("stranger");
        using var namesake = new SvidAuthority();
        AssertRefused(SvidReasons.Chain, Verify(stranger.Issue(Id)));
        AssertRefused(SvidReasons.Chain, Verify(namesake.Issue(Id)));

        // Without its intermediate, and with that of another.
        AssertRefused(SvidReasons.Chain, SvidVerifier.Verify(_authority.Issue(Id), [], BundlesOf(_root), SvidUsage.Client, Now));
        AssertRefused(SvidReasons.Chain, SvidVerifier.Verify(_authority.Issue(Id), namesake.CreateIntermediate().Intermediates, BundlesOf(_root), SvidUsage.Client, Now));
    }

    [Fact]
    public void S10_SelfSigned_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", SvidAuthority.EncodeNames([Id]), false));
        var certificate = request.CreateSelfSigned(Now.AddHours(-1), Now.AddHours(1));

        AssertRefused(SvidReasons.Chain, Verify(certificate));
        AssertRefused(SvidReasons.Chain, Verify(certificate, bundles: new TrustBundles(TrustDomain, [new TrustBundle(TrustDomain, [certificate], [])])));
    }

    [Fact]
    public void S10_LeafThatIssues_IsRefused()
    {
        var leaf = _root.CreateIntermediate("not an authority", template => template.IsAuthority = false);

        AssertRefused(SvidReasons.Chain, Verify(leaf.Issue(Id), authority: leaf));
    }

    [Fact]
    public void S10_PathLengthViolated_IsRefused()
    {
        var last = _root.CreateIntermediate("last", template => template.PathLength = 0);
        var tooMany = last.CreateIntermediate("one too many");

        Assert.True(Verify(last.Issue(Id), authority: last).IsAccepted);
        AssertRefused(SvidReasons.Chain, Verify(tooMany.Issue(Id), authority: tooMany));
    }

    [Fact]
    public void S10_NameConstraintViolated_IsRefused()
    {
        // permittedSubtrees: URIs of the host "tenant.example" alone (RFC 5280 4.2.1.10).
        byte[] permitted = [0x30, 0x14, 0xA0, 0x12, 0x30, 0x10, 0x86, 0x0E, .. "tenant.example"u8];
        var tenant = _root.CreateIntermediate("tenant", template => template.MoreExtensions.Add(new X509Extension("2.5.29.30", permitted, true)));
        var bundles = new TrustBundles(TrustDomain, [BundleOf(TrustDomain, _root), BundleOf("tenant.example", _root)]);

        AssertRefused(SvidReasons.Chain, Verify(tenant.Issue(Id), authority: tenant, bundles: bundles));
        Assert.True(Verify(tenant.Issue("spiffe://tenant.example/ns/a/sa/b"), authority: tenant, bundles: bundles).IsAccepted);
    }

    [Fact]
    public void S10_WeakKeyAnywhere_IsRefused()
    {
        AssertRefused(SvidReasons.WeakKey, Verify(_authority.Issue(Id, template => template.RsaBits = 1024)));
        using var weakRoot = new SvidAuthority("weak root", rsaBits: 1024);
        AssertRefused(SvidReasons.WeakKey, Verify(weakRoot.Issue(Id), bundles: BundlesOf(weakRoot), authority: weakRoot));
        var weak = _root.CreateIntermediate("weak", template => template.RsaBits = 1024);
        AssertRefused(SvidReasons.WeakKey, Verify(weak.Issue(Id), authority: weak));
    }

    [Fact]
    public void S10_WeakSignatureAnywhere_IsRefused()
    {
        using var root = new SvidAuthority("RSA root", rsaBits: 2048);
        AssertRefused(SvidReasons.WeakKey, Verify(root.Issue(Id, template => template.Hash = HashAlgorithmName.SHA1), bundles: BundlesOf(root), authority: root));
        AssertRefused(SvidReasons.WeakKey, Verify(_authority.Issue(Id, template => template.Hash = HashAlgorithmName.SHA1)));
        var weak = root.CreateIntermediate("signed with SHA-1", template => template.Hash = HashAlgorithmName.SHA1);
        AssertRefused(SvidReasons.WeakKey, Verify(weak.Issue(Id), bundles: BundlesOf(root), authority: weak));
    }

    [Theory]
    [InlineData((byte)0x00)]
    [InlineData((byte)0x0A)]
    [InlineData((byte)0x7F)]
    [InlineData((byte)0xE9)]
    [InlineData((byte)0xFF)]
    public void S11_ByteThatIsNoTextInTheName_IsRefused(byte wrong)
    {
        byte[] uri = [.. "spiffe://cluster.local/ns/default/sa/admin"u8, wrong, .. ".evil"u8];
        byte[] names = [0x30, (byte)(uri.Length + 2), 0x86, (byte)uri.Length, .. uri];

        AssertRefused(SvidReasons.SanEncoding, Verify(_authority.Issue(null, template => template.SubjectAltName = names)));
    }

    [Fact]
    public void S12_IdInCommonNameOrDnsName_IsNoIdentity()
    {
        AssertRefused(SvidReasons.NoUri, Verify(_authority.Issue(null, template => template.Subject = $"CN={Id}")));
        AssertRefused(SvidReasons.NoUri, Verify(_authority.Issue(null, template => template.DnsNames.Add(Id))));
    }

    [Fact]
    public void S15_RevokedCertificate_IsRefused()
    {
        var (leaf, innocent) = (_authority.Issue(Id), _authority.Issue(Id));
        var list = _authority.CreateRevocationList(leaf);
        var bundles = new TrustBundles(TrustDomain, [TrustBundle.Parse(TrustDomain, _root.RootPem, list)]);

        AssertRefused(SvidReasons.Revoked, Verify(leaf, bundles: bundles));
        Assert.True(Verify(innocent, bundles: bundles).IsAccepted);

        // An intermediate can be revoked, too.
        var all = new TrustBundles(TrustDomain, [TrustBundle.Parse(TrustDomain, _root.RootPem, _root.CreateRevocationList(_authority.Certificate))]);
        AssertRefused(SvidReasons.Revoked, Verify(innocent, bundles: all));
    }

    [Fact]
    public void S15_ListOfAStranger_RevokesNothing()
    {
        using var namesake = new SvidAuthority();
        var leaf = _authority.Issue(Id);
        var forged = namesake.CreateIntermediate().CreateRevocationList(leaf);

        Assert.True(Verify(leaf, bundles: new TrustBundles(TrustDomain, [TrustBundle.Parse(TrustDomain, _root.RootPem, forged)])).IsAccepted);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    private static TrustBundle BundleOf(string trustDomain, SvidAuthority root) => new(trustDomain, [root.Certificate], []);

    private static TrustBundles BundlesOf(SvidAuthority root) => new(TrustDomain, [BundleOf(TrustDomain, root)]);

    private static void AssertRefused(string reason, SvidVerdict verdict)
    {
        Assert.Null(verdict.Id);
        Assert.False(verdict.IsAccepted);
        Assert.True(reason == verdict.Reason, $"expected {reason}, got {verdict.Reason}: {verdict.Detail}");
        Assert.NotEmpty(verdict.Detail!);
    }

    private static byte[] Replace(byte[] content, byte[] what, byte[] by)
    {
        var at = content.AsSpan().IndexOf(what);
        by.CopyTo(content, at);
        return content;
    }

    private SvidVerdict Verify(
        X509Certificate2? leaf, SvidUsage usage = SvidUsage.Client, TrustBundles? bundles = null, SvidAuthority? authority = null, DateTimeOffset? now = null)
    {
        bundles ??= _bundles ??= BundlesOf(_root);
        return SvidVerifier.Verify(leaf, (authority ?? _authority).Intermediates, bundles, usage, now ?? Now);
    }

    private TrustBundles? _bundles;
}
