using Mesh.Client.Model;
using Mesh.Client.Xds.Guards;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Tests.Reliability;

/// <summary>The processes of a service are cut off from the control plane, and their callers are not (fault matrix B01, G01): the identities by which they are believed stay.</summary>
public sealed class KnownIdentitiesTests
{
    private const string Reviews = "spiffe://cluster.local/ns/default/sa/reviews";
    private const string Other = "spiffe://cluster.local/ns/default/sa/other";
    private const string Nobody = "spiffe://cluster.local/ns/default/sa/";

    [Theory]
    [InlineData(Nobody, Reviews, Reviews)]
    [InlineData(Other, Reviews, Other)]
    [InlineData(Nobody, null, Nobody)]
    [InlineData(Nobody, Nobody, Nobody)]
    public void G01_ControlPlaneKnowsNobodyAnyMore_TheNamesBeforeStay(string fresh, string? earlier, string expected)
    {
        var kept = KnownIdentities.Keep(Policy(fresh), earlier is null ? null : Policy(earlier));

        Assert.Equal(expected, kept.Security!.SubjectAltNames.Single().Match.Value);
        Assert.Equal(expected, kept.SecurityByLabels.Single().Security!.SubjectAltNames.Single().Match.Value);
        Assert.Equal(Policy(expected), kept);
    }

    [Fact]
    public void G01_NameOfAnotherKindOfTls_IsNoNameOfTheMesh()
    {
        var foreign = new ClusterPolicy { Security = Tls(Nobody) with { Identity = null } };

        Assert.Same(foreign, KnownIdentities.Keep(foreign, Policy(Reviews)));
    }

    private static ClusterPolicy Policy(string name) =>
        new() { Security = Tls(name), SecurityByLabels = new ValueList<TransportMatch>([new TransportMatch(ValueList<TransportLabel>.Empty, Tls(name))]) };

    private static TlsPolicy Tls(string name) => new()
    {
        Identity = new TlsIdentity { Provider = new CertificateProviderReference(CertificateProviderReference.OwnIdentity, "") },
        Trust = new TlsTrust { Provider = new CertificateProviderReference(CertificateProviderReference.OwnIdentity, "") },
        SubjectAltNames = [new SubjectAltNameMatch(SubjectAltNameKind.Uri, new StringMatch(StringMatchKind.Exact, name, IgnoreCase: false))],
    };
}
