using System.Collections.Frozen;
using System.Net;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Server.Rules;
using Mesh.Server.Transport;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Transport;

/// <summary>S69: an endpoint that is live before its policy.</summary>
public sealed class PolicyGateTests
{
    private static CancellationToken Cancelled => TestLimit.Token;

    [Fact]
    public async Task S69_ConnectionBeforeThePolicy_IsHeldAndThenClosed()
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(mode: null, Cancelled, time: time);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Cancelled);
        await time.WaitForTimerOfAsync(InboundGate.WaitLimit, Cancelled);

        time.Advance(InboundGate.WaitLimit);

        Assert.Empty(await connection.ReadToEndAsync(Cancelled));
        Assert.Equal(1, host.CountOf(RefusalReasons.PolicyUnknown));
    }

    [Theory]
    [InlineData(PeerAuthenticationMode.Permissive, "HTTP/1.1 200 OK")]
    [InlineData(PeerAuthenticationMode.Strict, "")]
    public async Task S69_ConnectionBeforeThePolicy_IsJudgedByItWhenItArrives(object mode, string expected)
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(mode: null, Cancelled, time: time);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancelled);
        await time.WaitForTimerOfAsync(InboundGate.WaitLimit, Cancelled);

        host.Set((PeerAuthenticationMode)mode);

        var answer = await connection.ReadToEndAsync(Cancelled);
        Assert.Equal(expected, answer.Split('\r')[0]);
    }

    [Theory]
    [InlineData("text/plain", HttpStatusCode.ServiceUnavailable, null)]
    [InlineData("application/grpc", HttpStatusCode.OK, "14")]
    public async Task S69_RequestAfterThePolicyWasTakenBack_IsRefused(string contentType, HttpStatusCode status, string? grpcStatus)
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled, time: time);
        using var client = host.CreateMeshClient(version: HttpVersion.Version20);
        await client.GetStringAsync(host.Http, Cancelled);
        host.Forget();
        using var content = new ByteArrayContent([]);
        content.Headers.Add("content-type", contentType);

        var answering = client.PostAsync(host.Http, content, Cancelled);
        await time.WaitForTimerOfAsync(InboundGate.WaitLimit, Cancelled);
        time.Advance(InboundGate.WaitLimit);
        using var response = await answering;

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(grpcStatus, response.Headers.TryGetValues("grpc-status", out var values) ? values.Single() : null);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task WithoutIdentity_NoPolicyAMomentAfterTheStart_ServesAndWarns()
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(mode: null, Cancelled, hasIdentity: false, time: time);
        host.Logs.Expect("ServedWithoutPolicy");
        using var client = host.CreateMeshClient();
        var answering = client.GetStringAsync(host.Http, Cancelled);
        await time.WaitForTimerOfAsync(InboundGate.WaitLimit, Cancelled);
        Assert.False(answering.IsCompleted);

        time.Advance(InboundGate.WaitLimit);

        Assert.Equal("HTTP/1.1 http nobody", await answering);

        // The moment is over for those who come later.
        Assert.Equal("HTTP/1.1 http nobody", await client.GetStringAsync(host.Http, Cancelled));
        Assert.Single(host.Logs.Entries, entry => entry.EventName == "ServedWithoutPolicy");
    }

    [Fact]
    public async Task WithoutIdentity_PolicyArrivesLate_IsFollowed()
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(mode: null, Cancelled, hasIdentity: false, time: time);
        host.Logs.Expect("ServedWithoutPolicy");
        time.Advance(InboundGate.WaitLimit);
        using var client = host.CreateMeshClient();
        await client.GetStringAsync(host.Http, Cancelled);

        host.Set(PeerAuthenticationMode.Strict);

        await Assert.ThrowsAsync<HttpRequestException>(async () => (await client.GetAsync(host.Http, Cancelled)).EnsureSuccessStatusCode());
    }

    [Theory]
    [InlineData("text/plain", StatusCodes.Status403Forbidden, null)]
    [InlineData("application/grpc", StatusCodes.Status200OK, "7")]
    public async Task GateStage_OfAConnectionTheMeshHasNotSeen_RefusesOnStrict(string contentType, int status, string? grpcStatus)
    {
        // As over HTTP/3, or behind IIS.
        using var logs = new LogCollector();
        var gate = CreateGate(logs, new InboundConfiguration(FrozenDictionary.ToFrozenDictionary([KeyValuePair.Create(8080, Strict)])));
        var reached = false;
        var context = new DefaultHttpContext { Connection = { LocalPort = 8080 }, Request = { ContentType = contentType } };

        await new GateStage(gate, logs.CreateLogger<GateStage>()).Wrap(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        })(context);

        Assert.False(reached);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(grpcStatus, context.Response.Headers["grpc-status"].SingleOrDefault());
    }

    [Theory]
    [InlineData(true, PortStanding.Ungoverned)]
    [InlineData(false, PortStanding.Unknown)]
    public void Look_OfAPortNobodyAsksAbout_IsTheAppsOnLoopbackAlone(bool isLoopback, object expected)
    {
        using var logs = new LogCollector();
        var gate = CreateGate(logs, InboundConfiguration.Empty with { Watched = FrozenSet.Create(8080) });

        Assert.Equal(expected, gate.Look(9090, isLoopback).Standing);
        Assert.Equal(PortStanding.Unknown, gate.Look(8080, isLoopback).Standing);
    }

    [Fact]
    public void Look_BeforeTheProcessIsAnnounced_IsUnknown()
    {
        using var logs = new LogCollector();

        Assert.Equal(PortStanding.Unknown, CreateGate(logs, InboundConfiguration.Empty).Look(8080, isLoopback: true).Standing);
    }

    private static InboundPort Strict { get; } = new() { Routes = new RouteConfiguration("inbound", []), PeerAuthentication = PeerAuthenticationMode.Strict };

    private static InboundGate CreateGate(LogCollector logs, InboundConfiguration configuration)
    {
        var policy = new InboundPolicy();
        policy.Publish(configuration);
        return new InboundGate(policy, new FakeIdentity(), TimeProvider.System, logs.CreateLogger<InboundGate>());
    }
}
