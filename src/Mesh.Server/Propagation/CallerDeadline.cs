using System.Globalization;
using Mesh.Client.Pipeline;
using Mesh.Protocol.Grpc.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Propagation;

/// <summary>Reads how much time the caller gives a request.</summary>
/// <remarks>Anyone may shorten the time that is spent on his own request, so the headers need no trust; what cannot be read is ignored.</remarks>
internal static class CallerDeadline
{
    /// <summary>The time that is left; zero when it is over already, null when the caller sets no limit.</summary>
    public static TimeSpan? Read(HttpContext context)
    {
        var expected = ReadExpected(context.Request.Headers[DeadlineHeaders.ExpectedTimeout]);
        if (GrpcReply.IsFor(context.Request))
        {
            return ReadGrpc(context.Request.Headers, expected);
        }

        // A connection that is taken over lives as long as its users like; the time was meant for the handshake.
        return expected is not null && IsUpgrade(context) ? null : expected;
    }

    /// <summary>The shorter one, of which the gRPC server in the app learns too: it keeps the time of its calls itself.</summary>
    private static TimeSpan? ReadGrpc(IHeaderDictionary headers, TimeSpan? expected)
    {
        var written = headers[DeadlineHeaders.GrpcTimeout];
        if (written.Count == 1 && TimeoutText.TryParse(written.ToString(), out var timeout))
        {
            if (!(expected < timeout))
            {
                return timeout;
            }
        }
        else if (written.Count > 0)
        {
            // The gRPC server says what is wrong with it.
            return expected;
        }

        if (expected is { } shorter)
        {
            headers[DeadlineHeaders.GrpcTimeout] = TimeoutText.Encode(shorter);
        }

        return expected;
    }

    /// <summary>A whole number of milliseconds; zero means no limit (Envoy), and so do more than a timer can count.</summary>
    private static TimeSpan? ReadExpected(string? text) =>
        text is not null
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds > 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;
}
