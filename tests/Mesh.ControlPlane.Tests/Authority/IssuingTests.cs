using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>What a certificate says, whatever was asked for.</summary>
public sealed class IssuingTests
{
    private static readonly Dictionary<string, string> KeyUsages = new(StringComparer.Ordinal) { ["serverAuth"] = "1.3.6.1.5.5.7.3.1", ["clientAuth"] = "1.3.6.1.5.5.7.3.2" };

    [Fact]
    public void Issue_ForAnIdentity_IsAnSvidThatBothSidesBelieve()
    {
        using var bed = new AuthorityBed();

        var issued = bed.Issue();

        Assert.Equal(AuthorityBed.Id(), bed.Verify(issued, usage: SvidUsage.Client).Id);
        Assert.Equal(AuthorityBed.Id(), bed.Verify(issued, usage: SvidUsage.Server).Id);
    }

    [Fact]
    public void Issue_ForAnIdentity_HasTheProfileOfTheStandard()
    {
        using var bed = new AuthorityBed();

        using var leaf = AuthorityBed.Leaf(bed.Issue());

        var names = Assert.Single(SubjectAltNames.Read(leaf));
        Assert.Equal("spiffe://cluster.local/ns/default/sa/reviews", names.Value);
        Assert.True(Assert.Single(leaf.Extensions, extension => extension.Oid!.Value == "2.5.29.17").Critical);
        Assert.Empty(leaf.SubjectName.EnumerateRelativeDistinguishedNames());
        Assert.False(Assert.Single(leaf.Extensions.OfType<X509BasicConstraintsExtension>()).CertificateAuthority);
        var usage = Assert.Single(leaf.Extensions.OfType<X509KeyUsageExtension>());
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, usage.KeyUsages);
        var purposes = Assert.Single(leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>()).EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value!);
        Assert.Equal(KeyUsages.Values.Order(StringComparer.Ordinal), purposes.Order(StringComparer.Ordinal));
        Assert.Equal(3, leaf.Version);
    }

    [Fact]
    public void Issue_ForAnIdentity_AnswersLeafIssuerAndRootInThatOrder()
    {
        using var bed = new AuthorityBed();

        var chain = bed.Issue().Chain.Select(pem => X509Certificate2.CreateFromPem(pem)).ToArray();

        Assert.Equal(3, chain.Length);
        Assert.Equal(chain[1].Subject, chain[0].Issuer);
        Assert.Equal(chain[2].Subject, chain[1].Issuer);
        Assert.Equal(chain[2].Subject, chain[2].Issuer);
        Assert.Equal(bed.Authority.Bundles.Own!.Roots[0].Thumbprint, chain[2].Thumbprint);
    }

    [Fact]
    public void Authorities_OfOurOwn_MaySignOnlyWhatTheyAreFor()
    {
        using var bed = new AuthorityBed();

        var chain = bed.Issue().Chain.Select(pem => X509Certificate2.CreateFromPem(pem)).ToArray();

        foreach (var (authority, pathLength) in new[] { (chain[1], 0), (chain[2], 1) })
        {
            var constraints = Assert.Single(authority.Extensions.OfType<X509BasicConstraintsExtension>());
            Assert.True(constraints is { CertificateAuthority: true, HasPathLengthConstraint: true, Critical: true });
            Assert.Equal(pathLength, constraints.PathLengthConstraint);
            Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, Assert.Single(authority.Extensions.OfType<X509KeyUsageExtension>()).KeyUsages);

            // X509-SVID 3: an authority's id has no path, so it is nobody's identity.
            Assert.Equal("spiffe://cluster.local", Assert.Single(SubjectAltNames.Read(authority)).Value);
        }

        Assert.True(Assert.Single(chain[1].Extensions, extension => extension.Oid!.Value == "2.5.29.30").Critical);
    }

    [Fact]
    public void S31_NamesInTheRequest_AreReplacedByTheCallersIdentity()
    {
        using var bed = new AuthorityBed();
        var csr = AuthorityBed.Csr(request =>
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri("spiffe://cluster.local/ns/istio-system/sa/istiod"));
            names.AddDnsName("istiod.istio-system.svc");
            request.CertificateExtensions.Add(names.Build(critical: true));
        });

        using var leaf = AuthorityBed.Leaf(bed.Authority.Issue(new(AuthorityBed.Id(), csr, "test")));

        Assert.Equal(AuthorityBed.Id().ToString(), Assert.Single(SubjectAltNames.Read(leaf)).Value);
    }

    [Fact]
    public void S31_RequestToBeAnAuthority_GetsALeaf()
    {
        using var bed = new AuthorityBed();
        var csr = AuthorityBed.Csr(request =>
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        });

        using var leaf = AuthorityBed.Leaf(bed.Authority.Issue(new(AuthorityBed.Id(), csr, "test")));

        Assert.False(Assert.Single(leaf.Extensions.OfType<X509BasicConstraintsExtension>()).CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, Assert.Single(leaf.Extensions.OfType<X509KeyUsageExtension>()).KeyUsages);
    }

    [Theory]
    [InlineData(365 * 24 * 3600, 24 * 3600)]
    [InlineData(24 * 3600, 24 * 3600)]
    [InlineData(3600, 3600)]
    [InlineData(2, 2)]
    [InlineData(0, 12 * 3600)]
    [InlineData(-5, 12 * 3600)]
    public void S31_Lifetime_IsWhatWasAskedUpToTheLimit(long asked, long expected)
    {
        using var bed = new AuthorityBed(settings => settings with { DefaultLifetime = TimeSpan.FromHours(12), MaxLifetime = TimeSpan.FromHours(24) });

        using var leaf = AuthorityBed.Leaf(bed.Issue(lifetime: TimeSpan.FromSeconds(asked)));

        Assert.Equal(bed.Now.AddSeconds(expected), new DateTimeOffset(leaf.NotAfter));
        Assert.Equal(bed.Now.AddMinutes(-2), new DateTimeOffset(leaf.NotBefore));
    }

    [Fact]
    public void Issue_NearTheEndOfItsIssuer_EndsWithIt()
    {
        using var bed = new AuthorityBed(settings => settings with { RootLifetime = TimeSpan.FromHours(3), IntermediateLifetime = TimeSpan.FromHours(3) });
        bed.Logs.Expect("AuthorityEnds");
        bed.Time.Advance(TimeSpan.FromHours(2));

        var chain = bed.Issue(lifetime: TimeSpan.FromHours(24)).Chain.Select(pem => X509Certificate2.CreateFromPem(pem)).ToArray();

        Assert.Equal(chain[1].NotAfter, chain[0].NotAfter);
        Assert.True(chain[1].NotAfter <= chain[2].NotAfter);
    }

    [Fact]
    public void Issue_WithRsaKeys_IsBelievedToo()
    {
        using var bed = new AuthorityBed(settings => settings with { KeyAlgorithm = AuthorityKeyAlgorithm.Rsa3072 });

        var issued = bed.Issue();

        Assert.True(bed.Verify(issued).IsAccepted);
        using var root = bed.Authority.Bundles.Own!.Roots[0].GetRSAPublicKey();
        Assert.Equal(3072, root!.KeySize);
    }

    [Fact]
    public async Task Issue_FromManyThreads_GivesSoundCertificatesWithDifferentSerials()
    {
        using var bed = new AuthorityBed();
        var csr = AuthorityBed.Csr();

        var issued = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(
            () => bed.Authority.Issue(new(AuthorityBed.Id($"sa-{number}"), csr, "test")), TestContext.Current.CancellationToken)));

        Assert.Equal(64, issued.Select(certificate => certificate.Serial).Distinct().Count());
        Assert.All(issued, certificate => Assert.True(bed.Verify(certificate).IsAccepted));
    }

    [Fact]
    public void ServerCertificate_Always_IsTheControlPlanesIdentityWithItsNames()
    {
        using var bed = new AuthorityBed();

        var leaf = bed.Authority.ServerCertificate.TargetCertificate;

        var names = SubjectAltNames.Read(leaf).Select(name => name.Value).ToArray();
        Assert.Equal("spiffe://cluster.local/ns/istio-system/sa/istiod", names[0]);
        Assert.Contains("localhost", names);
        Assert.Contains("127.0.0.1", names);
        Assert.True(leaf.HasPrivateKey);
        Assert.True(SvidVerifier.Verify(leaf, [.. bed.Authority.Intermediates()], bed.Authority.Bundles, SvidUsage.Server, bed.Now).IsAccepted);
    }

    [Fact]
    public void ServerCertificate_AtHalfOfItsLife_IsMadeAnew()
    {
        using var bed = new AuthorityBed();
        var first = bed.Authority.ServerCertificate.TargetCertificate;

        bed.Time.Advance(TimeSpan.FromHours(11));
        var same = bed.Authority.ServerCertificate.TargetCertificate;
        bed.Time.Advance(TimeSpan.FromHours(2));
        var next = bed.Authority.ServerCertificate.TargetCertificate;

        Assert.Equal(first.SerialNumber, same.SerialNumber);
        Assert.NotEqual(first.SerialNumber, next.SerialNumber);
    }
}
