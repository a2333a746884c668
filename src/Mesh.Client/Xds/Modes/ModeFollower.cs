using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Xds.Beside;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Extensions.Mode;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Modes;

/// <summary>Tells the control plane what the calls of this process follow, and follows what it orders of that.</summary>
/// <param name="modes">How the process stands, and its switch.</param>
/// <param name="describe">Who this process is.</param>
/// <param name="isFollowed">Whether orders are followed; otherwise the process only tells.</param>
/// <param name="time">The clock.</param>
internal sealed class ModeFollower(IModeSwitch modes, Func<Node> describe, bool isFollowed, TimeProvider time) : IBesideStream
{
    /// <summary>A process that flaps tells where it ended.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private const int MaxReason = 500;

    public string Name => "modes";

    public async Task FollowAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        var call = channel.Start(ModeMethods.Follow, options: null, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            var first = modes.Current;
            await call.WriteAsync(Encode(first, describe()), cancellationToken).ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var telling = TellAsync(call, first, ended.Token);
            try
            {
                while (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is { } order)
                {
                    if (isFollowed)
                    {
                        modes.Order(order.Direct, Shorten(order.Reason));
                    }
                }
            }
            finally
            {
                // What was ordered stays: a control plane that is gone has not changed its mind.
                await ended.CancelAsync().ConfigureAwait(false);
                await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task TellAsync(GrpcCall<ModeReport, ModeOrder> call, ModeStanding told, CancellationToken cancellationToken)
    {
        while (true)
        {
            await modes.WaitForOtherThanAsync(told, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(false);
            told = modes.Current;
            await call.WriteAsync(Encode(told, node: null), cancellationToken).ConfigureAwait(false);
        }
    }

    private static ModeReport Encode(ModeStanding standing, Node? node)
    {
        var report = new ModeReport
        {
            Node = node,
            Mode = standing.Mode,
            Since = Timestamp.FromDateTimeOffset(standing.Since),
            Reason = Shorten(standing.Reason),
            AmbientErrors = (uint)standing.AmbientErrors,
            HeldClusters = (uint)standing.HeldClusters,
            HeldListeners = (uint)standing.HeldListeners,
        };
        foreach (var (mode, count) in standing.Destinations)
        {
            report.Destinations[mode] = (uint)count;
        }

        report.SwitchedBy.Add(standing.SwitchedBy);
        if (standing.LastOutage is { } outage)
        {
            report.LastOutage = new ModeOutage
            {
                Mode = outage.Mode,
                Began = Timestamp.FromDateTimeOffset(outage.Began),
                Ended = Timestamp.FromDateTimeOffset(outage.Ended),
            };
        }

        return report;
    }

    private static string Shorten(string text) => text.Length <= MaxReason ? text : text[..MaxReason];
}
