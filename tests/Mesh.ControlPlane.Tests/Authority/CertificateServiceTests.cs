using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>CreateCertificate over the wire.</summary>
public sealed class CertificateServiceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task CreateCertificate_WithAToken_IsOfTheTokensIdentity()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed);
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text;

        var response = await server.AskAsync(token, validity: 3600, workload: "reviews-v1");

        Assert.Equal(3, response.CertChain.Count);
        using var leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        Assert.Equal(AuthorityBed.Id().ToString(), SubjectAltNames.Read(leaf)[0].Value);
        Assert.Equal(bed.Now + Hour, new DateTimeOffset(leaf.NotAfter));
        var record = Assert.Single(bed.Authority.Log.Unexpired());
        Assert.Equal("reviews-v1", record.Workload);
        Assert.StartsWith("token ", record.Caller, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateCertificate_WithACertificate_ReplacesIt()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed);
        var before = bed.Issue();
        server.Certificate = AuthorityBed.Leaf(before);

        var response = await server.AskAsync(token: null);

        using var leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        Assert.Equal(AuthorityBed.Id().ToString(), SubjectAltNames.Read(leaf)[0].Value);
        Assert.Equal(before.Serial, bed.Authority.Log.Find(leaf.SerialNumber)!.Replaces);
    }

    [Fact]
    public async Task S30_EveryWrongCredential_IsUnauthenticatedWithOneText()
    {
        using var bed = new AuthorityBed();
        using var elsewhere = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed, new FakeReviewer());
        var expired = bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromSeconds(1)).Text;
        bed.Time.Advance(Hour);
        var revoked = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour);
        bed.Tokens.Revoke(revoked.Record.Id);
        var used = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour, once: true).Text;
        await server.AskAsync(used);
        var ofAnotherDomain = bed.Tokens.CreateIdentity(SpiffeId.Of("other.example", "default", "reviews"), Hour).Text;
        var api = bed.Tokens.CreateApi("ci", [new(ControlPlane.Access.Roles.Role.Admin, null)], Hour).Text;
        var ofAnotherCluster = elsewhere.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text;
        string?[] credentials =
            [null, "", "x", "a.b.c", expired, revoked.Text, used, ofAnotherDomain, api, ofAnotherCluster, FakeReviewer.BadAudience, FakeReviewer.NoAccount, new string('x', 17_000)];

        var refusals = new List<GrpcException>();
        foreach (var credential in credentials)
        {
            refusals.Add(await server.RefusedAsync(credential));
        }

        Assert.All(refusals, refusal => Assert.Equal(GrpcStatusCode.Unauthenticated, refusal.Code));
        Assert.Single(refusals.Select(refusal => refusal.Detail).Distinct());
    }

    [Fact]
    public async Task S30_ExpiredCertificateOnAnOldConnection_IsUnauthenticated()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed);
        server.Certificate = AuthorityBed.Leaf(bed.Issue(lifetime: Hour));
        await server.AskAsync(token: null);

        bed.Time.Advance(Hour);

        Assert.Equal(GrpcStatusCode.Unauthenticated, (await server.RefusedAsync(token: null)).Code);
    }

    [Fact]
    public async Task S30_RevokedCertificateOrIdentity_IsUnauthenticated()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed);
        var issued = bed.Issue();
        server.Certificate = AuthorityBed.Leaf(issued);
        bed.Authority.Revoke(issued.Serial, "stolen");
        Assert.Equal(GrpcStatusCode.Unauthenticated, (await server.RefusedAsync(token: null)).Code);

        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text;
        await server.AskAsync(token);
        bed.Authority.RevokeIdentity(AuthorityBed.Id(), "taken over");
        Assert.Equal(GrpcStatusCode.Unauthenticated, (await server.RefusedAsync(token)).Code);

        bed.Authority.Reinstate(AuthorityBed.Id());
        await server.AskAsync(token);
    }

    [Fact]
    public async Task S30_CertificateOfAFederatedDomain_IsUnauthenticated()
    {
        using var bed = new AuthorityBed();
        using var other = new AuthorityBed(settings => settings with { TrustDomain = "other.example" });
        await using var server = await CertificateServer.StartAsync(bed);
        server.Certificate = AuthorityBed.Leaf(other.Authority.Issue(new(SpiffeId.Of("other.example", "default", "reviews"), AuthorityBed.Csr(), "test")));

        Assert.Equal(GrpcStatusCode.Unauthenticated, (await server.RefusedAsync(token: null)).Code);
    }

    [Fact]
    public async Task S32_BadRequest_IsInvalidArgumentAndCostsNoJoinToken()
    {
        using var bed = new AuthorityBed();
        bed.Logs.Expect("CertificateRefused");
        await using var server = await CertificateServer.StartAsync(bed);
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour, once: true).Text;

        Assert.Equal(GrpcStatusCode.InvalidArgument, (await server.RefusedAsync(token, "no request")).Code);

        Assert.Equal(3, (await server.AskAsync(token)).CertChain.Count);
    }

    [Fact]
    public async Task S32_RequestOfAMegabyte_IsRefusedBeforeItIsRead()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed);
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text;

        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await server.RefusedAsync(token, new string('x', 1024 * 1024))).Code);
    }

    [Fact]
    public async Task S33_ImpersonationByAnAgentOfTheNode_IsDone()
    {
        using var bed = new AuthorityBed();
        await using var server = await StartWithNodesAsync(bed);

        var response = await server.AskAsync(Agent(bed, "node-1"), impersonate: AuthorityBed.Id().ToString());

        using var leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        Assert.Equal(AuthorityBed.Id().ToString(), SubjectAltNames.Read(leaf)[0].Value);
    }

    [Theory]
    [InlineData("ztunnel", "node-2", "spiffe://cluster.local/ns/default/sa/reviews")]
    [InlineData("ztunnel", null, "spiffe://cluster.local/ns/default/sa/reviews")]
    [InlineData("ztunnel", "node-1", "spiffe://cluster.local/ns/default/sa/ratings")]
    [InlineData("ztunnel", "node-1", "spiffe://cluster.local/ns/other/sa/reviews")]
    [InlineData("ztunnel", "node-1", "spiffe://other.example/ns/default/sa/reviews")]
    [InlineData("ztunnel", "node-1", "spiffe://cluster.local")]
    [InlineData("ztunnel", "node-1", "reviews")]
    [InlineData("other", "node-1", "spiffe://cluster.local/ns/default/sa/reviews")]
    public async Task S33_ImpersonationOfAnybodyElse_IsRefused(string account, string? node, string identity)
    {
        using var bed = new AuthorityBed();
        bed.Logs.Expect("CertificateRefused");
        await using var server = await StartWithNodesAsync(bed);

        var refusal = await server.RefusedAsync(Agent(bed, node, account), impersonate: identity);

        Assert.Equal(GrpcStatusCode.PermissionDenied, refusal.Code);
        Assert.Empty(bed.Authority.Log.Unexpired());
    }

    [Fact]
    public async Task S33_ImpersonationOfARevokedIdentity_IsRefused()
    {
        using var bed = new AuthorityBed();
        bed.Logs.Expect("CertificateRefused");
        await using var server = await StartWithNodesAsync(bed);
        bed.Authority.RevokeIdentity(AuthorityBed.Id(), "taken over");

        Assert.Equal(GrpcStatusCode.PermissionDenied, (await server.RefusedAsync(Agent(bed, "node-1"), impersonate: AuthorityBed.Id().ToString())).Code);
    }

    [Fact]
    public async Task S34_CallerThatAsksWithoutEnd_IsLimitedAndOthersAreNot()
    {
        using var bed = new AuthorityBed();
        await using var server = await CertificateServer.StartAsync(bed, rate: 10, burst: 20);
        var greedy = bed.Tokens.CreateIdentity(AuthorityBed.Id("greedy"), Hour).Text;
        var csr = AuthorityBed.Csr();
        var codes = new List<GrpcStatusCode>();
        foreach (var batch in Enumerable.Range(0, 200).Chunk(20))
        {
            codes.AddRange(await Task.WhenAll(batch.Select(_ => CodeOfAsync())));
        }

        Assert.Equal(20, codes.Count(code => code == GrpcStatusCode.Ok));
        Assert.Equal(180, codes.Count(code => code == GrpcStatusCode.ResourceExhausted));
        Assert.Equal(3, (await server.AskAsync(bed.Tokens.CreateIdentity(AuthorityBed.Id("modest"), Hour).Text)).CertChain.Count);

        bed.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(GrpcStatusCode.Ok, await CodeOfAsync());

        async Task<GrpcStatusCode> CodeOfAsync()
        {
            try
            {
                await server.AskAsync(greedy, csr);
                return GrpcStatusCode.Ok;
            }
            catch (GrpcException exception)
            {
                return exception.Code;
            }
        }
    }

    private static string Agent(AuthorityBed bed, string? node, string account = "ztunnel") =>
        bed.Tokens.CreateIdentity(AuthorityBed.Id(account, "istio-system"), Hour, node: node).Text;

    private static Task<CertificateServer> StartWithNodesAsync(AuthorityBed bed)
    {
        var registry = new WorkloadRegistry(new WorkloadLimits(), bed.Time, NullLogger<WorkloadRegistry>.Instance);
        Assert.True(registry.Connected(Workload("reviews", "node-1")).IsAccepted);
        Assert.True(registry.Connected(Workload("ratings", "node-2")).IsAccepted);
        return CertificateServer.StartAsync(bed, nodeAccounts: ["istio-system/ztunnel"], workloads: new RegistryNodeWorkloads(registry));
    }

    private static WorkloadInstance Workload(string account, string node) => new()
    {
        NodeId = account,
        Namespace = "default",
        WorkloadName = account,
        ServiceName = account,
        ServiceAccount = account,
        Address = "127.0.0.1",
        Ports = ImmutableSortedDictionary<string, int>.Empty.Add("http", 8080),
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kubernetes.io/hostname", node),
    };

    private sealed class FakeReviewer : ITokenReviewer
    {
        public const string BadAudience = "bad.audience.token";
        public const string NoAccount = "not.account.token";

        public ValueTask<TokenReview> ReviewAsync(string token, CancellationToken cancellationToken) => ValueTask.FromResult(token switch
        {
            BadAudience => TokenReview.Refuse("the token is not made for audience 'istio-ca'"),
            NoAccount => new TokenReview("system:admin", null, null),
            _ => TokenReview.Refuse("unknown"),
        });
    }
}
