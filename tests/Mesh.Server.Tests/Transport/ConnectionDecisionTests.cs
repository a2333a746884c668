using Mesh.Client.Model;
using Mesh.Server.Transport;
using Mesh.Server.Transport.Endpoints;
using Mesh.Server.Transport.Peeking;

namespace Mesh.Server.Tests.Transport;

/// <summary>The whole table: mode of the port, first bytes, TLS of the application's own.</summary>
public sealed class ConnectionDecisionTests
{
    private static readonly ClientHello Foreign = new("a", OffersHttp: true, MeshProtocol: null);
    private static readonly ClientHello Mesh = new("a", OffersHttp: true, MeshTestClient.Istio);

    [Theory]
    [InlineData("Disable", "Plaintext", false, "Untouched")]
    [InlineData("Disable", "Http2Preface", false, "Http2")]
    [InlineData("Disable", "Tls", false, "Untouched")]
    [InlineData("Disable", "Mesh", true, "Untouched")]
    [InlineData("Disable", "MalformedTls", true, "Untouched")]
    [InlineData("Permissive", "Plaintext", false, "Untouched")]
    [InlineData("Permissive", "Plaintext", true, "Untouched")]
    [InlineData("Permissive", "Http2Preface", false, "Http2")]
    [InlineData("Permissive", "Tls", false, "MutualTls")]
    [InlineData("Permissive", "Tls", true, "Untouched")]
    [InlineData("Permissive", "Mesh", false, "MutualTls")]
    [InlineData("Permissive", "Mesh", true, "MutualTls")]
    [InlineData("Permissive", "MalformedTls", false, RefusalReasons.MalformedTls)]
    [InlineData("Permissive", "MalformedTls", true, "Untouched")]
    [InlineData("Permissive", "None", false, RefusalReasons.NoBytes)]
    [InlineData("Strict", "Plaintext", false, RefusalReasons.Plaintext)]
    [InlineData("Strict", "Plaintext", true, RefusalReasons.Plaintext)]
    [InlineData("Strict", "Http2Preface", false, RefusalReasons.Plaintext)]
    [InlineData("Strict", "Tls", false, "MutualTls")]
    [InlineData("Strict", "Tls", true, "MutualTls")]
    [InlineData("Strict", "Mesh", true, "MutualTls")]
    [InlineData("Strict", "MalformedTls", true, RefusalReasons.MalformedTls)]
    public void Make_ForEveryCase_IsIstios(string mode, string bytes, bool hasOwnTls, string expected)
    {
        var peeked = bytes switch
        {
            "Mesh" => new Peeked(FirstBytes.Tls, Mesh),
            "Tls" => new Peeked(FirstBytes.Tls, Foreign),
            _ => new Peeked(Enum.Parse<FirstBytes>(bytes), default),
        };

        var decision = ConnectionDecision.Make(Enum.Parse<PeerAuthenticationMode>(mode), peeked, hasOwnTls);

        Assert.Equal(expected, decision.Refusal ?? decision.Course.ToString());
    }
}
