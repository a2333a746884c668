using System.Net;
using Mesh.Config.Admission;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Api.Discovery;
using Mesh.ControlPlane.Api.Endpoints;
using Mesh.ControlPlane.Api.Objects;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Pages;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Auditing;
using Mesh.ControlPlane.Hosting.Listening;
using Mesh.ControlPlane.Storage;
using Mesh.ControlPlane.Stores;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using HttpListener = Mesh.ControlPlane.Hosting.Listening.HttpListener;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>The configuration API over a store in memory, on a free port, without the rest of a control plane.</summary>
/// <remarks>A token is a list of grants: <c>operator@team-a,viewer</c>; without one the caller may do everything.</remarks>
internal sealed class RunningApi : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly LogCollector _logs;

    private RunningApi(HttpListener listener, MemoryConfigStore store, LogCollector logs)
    {
        (_listener, Store, _logs) = (listener, store, logs);
        Client = new ApiClient(listener.Address);
    }

    public MemoryConfigStore Store { get; }

    public ApiClient Client { get; }

    public Uri Address => _listener.Address;

    public static async Task<RunningApi> StartAsync(TimeProvider? clock = null, IStateStore? state = null)
    {
        var time = clock ?? TimeProvider.System;
        var logs = new LogCollector().Expect("ApiRefused").Expect("ApiUnavailable").Expect("KeysInMemory");
        var store = new MemoryConfigStore(time);
        var source = new ObjectSource(store, time);
        var kept = new TokenStore(state ?? new MemoryState(), () => [], time, logs.CreateLogger<TokenStore>());
        var tokens = new AccountTokens(source, kept, "cluster.local", time);
        var gate = new ApiGate(Verify, isDevelopment: true, new NoAudit(), logs.CreateLogger<ApiGate>());
        var listener = await HttpListener.StartAsync(
            new ListenerBinding("test", new IPEndPoint(IPAddress.Loopback, 0), HttpProtocols.Http1),
            logs,
            (endpoints, stopping) => new RouteTable(gate,
            [
                .. new HealthPages(Mesh.ControlPlane.Registry.Feeds.RegistryFeeds.None, stopping).Routes,
                .. DiscoveryEndpoints.Routes,
                .. ReviewEndpoints.Routes,
                .. new OpenApiEndpoints().Routes,
                .. new TokenEndpoints(kept, "cluster.local", time).Routes,
                .. new ObjectEndpoints(source, new ResourceReader(), tokens, new ObjectClock(time, new Random(1), stopping)).Routes,
            ]).Map(endpoints),
            TestContext.Current.CancellationToken);
        return new RunningApi(listener, store, logs);
    }

    public Task StopAsync() => _listener.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _listener.DisposeAsync();
        _logs.Dispose();
    }

    private static ApiCaller? Verify(string token) => new("tester", [.. token.Split(',').Select(Grant)]);

    private static RoleGrant Grant(string text)
    {
        var parts = text.Split('@');
        Assert.True(RoleName.TryParse(parts[0], out var role));
        return new RoleGrant(role.Value, parts.ElementAtOrDefault(1));
    }

    private sealed class NoAudit : IAuditLog
    {
        public Task RecordAsync(AuditEvent what, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Note(AuditEvent what)
        {
        }
    }
}
