using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Server.Rules;
using Mesh.Server.Transport.Counting;
using Mesh.Server.Transport.Peeking;
using Mesh.Server.Transport.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Server.Transport.Endpoints;

/// <summary>The outermost connection middleware of one Kestrel endpoint: looks at what comes, and lets in what the port takes.</summary>
internal sealed class MeshEndpoint
{
    /// <summary>For the first bytes of a connection, and for the rest of a ClientHello.</summary>
    public static readonly TimeSpan FirstBytesLimit = TimeSpan.FromSeconds(5);

    private readonly InboundTransport _transport;
    private readonly ConnectionDelegate _next;
    private readonly ConnectionDelegate? _mutualTls;
    private readonly bool _hasOwnTls;
    private readonly bool _findsHttp2;
    private readonly TimeSpan _idleLimit;

    public MeshEndpoint(InboundTransport transport, ListenOptions endpoint, ConnectionDelegate next)
    {
        (_transport, _next) = (transport, next);
        _hasOwnTls = KestrelEndpoints.HasOwnTls(endpoint);
        _findsHttp2 = !_hasOwnTls && endpoint.Protocols.HasFlag(HttpProtocols.Http1AndHttp2);
        _idleLimit = endpoint.KestrelServerOptions.Limits.KeepAliveTimeout;
        _mutualTls = transport.Identity is { } identity ? MutualTls.Before(endpoint, identity, ServeMutualAsync) : null;
    }

    public Task OnConnectionAsync(ConnectionContext context) =>
        context.LocalEndPoint is IPEndPoint local ? RunAsync(context, local) : _next(context); // A Unix socket or a pipe: no port that a policy could name.

    private async Task RunAsync(ConnectionContext context, IPEndPoint local)
    {
        var word = await LookAsync(context, local);
        if (word.Standing is PortStanding.Unknown)
        {
            _transport.Refusals.Add(context, RefusalReasons.PolicyUnknown, "See whether the control plane is reachable and knows this workload");
            return;
        }

        // What could not change anything is not looked at; at a port without HTTP the server may be the one that speaks first.
        var looks = word.Mode is not PeerAuthenticationMode.Disable || (_findsHttp2 && word is { Standing: PortStanding.Known, Rules.IsTcp: false });
        if (!looks)
        {
            await ServeAsync(context, local, isEncrypted: _hasOwnTls);
            return;
        }

        if (await PeekAsync(context, word.Mode) is { } peeked)
        {
            await FollowAsync(context, local, ConnectionDecision.Make(word.Mode, peeked, _hasOwnTls), peeked.Hello);
        }
    }

    private async ValueTask<PortWord> LookAsync(ConnectionContext context, IPEndPoint local)
    {
        try
        {
            return await _transport.Gate.WaitAsync(local.Port, IPAddress.IsLoopback(local.Address), context.ConnectionClosed);
        }
        catch (OperationCanceledException)
        {
            return default;
        }
    }

    /// <summary>Null when the connection is over.</summary>
    private async ValueTask<Peeked?> PeekAsync(ConnectionContext context, PeerAuthenticationMode mode)
    {
        // Where nothing but the preface of HTTP/2 is looked for, a silent peer has the time that Kestrel gives it.
        using var limit = new CancellationTokenSource(mode is PeerAuthenticationMode.Disable ? _idleLimit : FirstBytesLimit, _transport.Time);
        try
        {
            return await ConnectionPeek.ReadAsync(context.Transport.Input, _findsHttp2, limit.Token);
        }
        catch (OperationCanceledException)
        {
            _transport.Refusals.Add(context, RefusalReasons.SlowFirstBytes, "Neither a request nor a ClientHello arrived in time");
            return null;
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            _transport.Refusals.Add(context, RefusalReasons.NoBytes, exception.Message);
            return null;
        }
    }

    private Task FollowAsync(ConnectionContext context, IPEndPoint local, ConnectionDecision decision, ClientHello hello)
    {
        switch (decision.Course)
        {
            case ConnectionCourse.MutualTls:
                return AuthenticateAsync(context, hello);
            case ConnectionCourse.Http2:
                PriorKnowledge.Claim(context.Features);
                return ServeAsync(context, local, isEncrypted: false);
            case ConnectionCourse.Untouched:
                context.Features.Set(new PeerConnection(null, IsEncrypted: false, hello.ServerName));
                return ServeAsync(context, local, isEncrypted: _hasOwnTls);
            default:
                _transport.Refusals.Add(context, decision.Refusal!);
                return Task.CompletedTask;
        }
    }

    private async Task AuthenticateAsync(ConnectionContext context, ClientHello hello)
    {
        if (_mutualTls is null || _transport.Identity is not { Current: not null } identity)
        {
            var problem = _transport.Identity?.Problem ?? "This process has no identity; set Mesh:Identity:Token or certificate files";
            _transport.Refusals.Add(context, RefusalReasons.NoIdentity, problem);
            return;
        }

        var handshake = new MeshHandshake(identity, _transport.Time, hello);
        context.Features.Set(handshake);
        await _mutualTls(context);
        if (!handshake.IsComplete)
        {
            _transport.Refusals.Add(context, handshake.Verdict?.Reason ?? RefusalReasons.Handshake, handshake.Verdict?.Detail);
        }
    }

    private Task ServeMutualAsync(ConnectionContext context)
    {
        var handshake = context.Features.Get<MeshHandshake>()!;
        handshake.IsComplete = true;
        var peer = handshake.Peer!;
        context.Features.Set(new PeerConnection(peer.Id, IsEncrypted: true, handshake.Hello.ServerName));
        context.Features.Set<IMeshPeerFeature>(new MeshPeerFeature(peer.Id));
        return ServeAsync(context, (IPEndPoint)context.LocalEndPoint!, isEncrypted: true, peer);
    }

    private async Task ServeAsync(ConnectionContext context, IPEndPoint local, bool isEncrypted, PeerCertificate? peer = null)
    {
        var connection = _transport.Connections.Add(context, local, isEncrypted, peer);
        var tally = Count(context, local, peer);
        try
        {
            await _next(context);
        }
        finally
        {
            tally?.Close();
            _transport.Connections.Remove(connection);
        }
    }

    /// <summary>Null for ports of HTTP, whose requests count, and when nobody counts.</summary>
    private IConnectionTally? Count(ConnectionContext context, IPEndPoint local, PeerCertificate? peer)
    {
        if (_transport.Sink is not { } sink || _transport.Gate.Look(local.Port, IPAddress.IsLoopback(local.Address)).Rules is not { IsTcp: true })
        {
            return null;
        }

        var tally = sink.Open(peer?.Id.ToString());
        context.Transport = new CountedTransport(context.Transport, tally);
        return tally;
    }
}
