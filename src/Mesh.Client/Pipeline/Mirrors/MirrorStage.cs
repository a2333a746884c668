using Mesh.Client.Actions;
using Mesh.Client.Pipeline.Actions;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>Stage: sends copies of a share of the requests to other clusters, without ever holding the request itself up.</summary>
internal sealed class MirrorStage(MirrorSender sender, Random random)
{
    private const int Million = 1_000_000;

    /// <summary>Bodies up to here are copied; Envoy's limit is its connection buffer.</summary>
    private const int MaxBody = 64 * 1024;

    /// <summary>Counts every request that was to be copied and was not.</summary>
    public long Skipped => sender.Skipped;

    public void Apply(OutboundCall call, IReadOnlyList<OutboundMirror> mirrors)
    {
        List<MirrorCopy>? copies = null;
        foreach (var mirror in mirrors)
        {
            if (IsChosen(mirror))
            {
                (copies ??= []).Add(new MirrorCopy(mirror, CopyOf(call.WireRequest, mirror)));
            }
        }

        if (copies is not null)
        {
            Send(call, copies);
        }
    }

    private void Send(OutboundCall call, List<MirrorCopy> copies)
    {
        var wire = call.WireRequest;
        if (wire.Content is not { } content)
        {
            sender.Send(call, copies, ReadOnlyMemory<byte>.Empty);
        }
        else if (content.Headers.ContentLength > MaxBody)
        {
            sender.Skip(copies, "its body is longer than 64 KiB");
        }
        else if (content is ByteArrayContent or ReadOnlyMemoryContent)
        {
            // It is in memory: the copy can go at once, and is the application's to change from here on.
            sender.Send(call, copies, Read(content));
        }
        else
        {
            if (ReferenceEquals(wire, call.Request))
            {
                wire = call.WireRequest = WireRequest.Copy(wire);
            }

            wire.Content = new TeeContent(content, MaxBody, body => Complete(call, copies, body));
        }
    }

    private void Complete(OutboundCall call, List<MirrorCopy> copies, ReadOnlyMemory<byte>? body)
    {
        if (body is { } whole)
        {
            sender.Send(call, copies, whole);
        }
        else
        {
            sender.Skip(copies, "its body is longer than 64 KiB, or was not sent to its end");
        }
    }

    private bool IsChosen(OutboundMirror mirror) =>
        mirror.Policy.SharePerMillion >= Million || (mirror.Policy.SharePerMillion > 0 && random.Next(Million) < mirror.Policy.SharePerMillion);

    /// <summary>Made now: what the connection adds to the request is for the request.</summary>
    private static HttpRequestMessage CopyOf(HttpRequestMessage wire, OutboundMirror mirror)
    {
        var copy = WireRequest.Copy(wire);
        copy.Content = null;
        var host = mirror.Policy.Host ?? WireRequest.Authority(wire);
        copy.Headers.Remove("Host");
        copy.Headers.TryAddWithoutValidation("Host", mirror.Policy.IsUnmarked ? host : ShadowAuthority.Of(host));
        return copy;
    }

    private static byte[] Read(HttpContent content)
    {
        using var stream = new MemoryStream();
        content.CopyTo(stream, context: null, CancellationToken.None);
        return stream.ToArray();
    }
}
