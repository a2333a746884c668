using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Mesh.Server;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>A Mesh.Server application that answers gRPC calls with the SPIFFE id of their caller, as plain bytes.</summary>
internal sealed class GreeterService
{
    public const string Path = "/test.Greeter/Hello";

    private const int FrameHeader = 5;

    private readonly ConcurrentDictionary<string, bool> _serials = new(StringComparer.Ordinal);

    /// <summary>The certificates that callers have shown so far.</summary>
    public ICollection<string> Serials => _serials.Keys;

    public Task StartAsync(InProcessMesh mesh, CancellationToken cancellationToken) =>
        mesh.StartServiceAsync("greeter", "v1", app => app.MapPost(Path, AnswerAsync), cancellationToken, mesh.SettingsOf("greeter"));

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Features.Get<ITlsHandshakeFeature>() is not null && context.Connection.ClientCertificate is { } certificate)
        {
            _serials[certificate.SerialNumber] = true;
        }

        var text = Encoding.UTF8.GetBytes(context.Features.Get<IMeshPeerFeature>()?.PeerId ?? SecureReviews.Plaintext);
        var frame = new byte[FrameHeader + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), text.Length);
        text.CopyTo(frame, FrameHeader);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
