using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Inbound;
using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.Logging;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaResponse.Types;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaUsageReports.Types;

namespace Mesh.Client.Xds.Quotas;

/// <summary>Tells the control plane every second what the quotas of this process let through, and puts the shares in force that it answers; no call of a request waits for it.</summary>
/// <remarks>While no control plane answers the last shares stay (envoy.service.rate_limit_quota.v3).</remarks>
internal sealed class QuotaReporter(IQuotaBook book, Func<GrpcChannel?> openChannel, TimeProvider time, ILogger<QuotaReporter> logger, string domain = QuotaBuckets.Domain)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is cancelled; a failing control plane is tried again and again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                // No stream while no quota is in force: most processes have none.
                if (book.TakeUsage() is { Count: > 0 } usage && openChannel() is { } channel)
                {
                    using (channel)
                    {
                        await FollowAsync(channel, usage, timer, cancellationToken).ConfigureAwait(false);
                    }

                    await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task FollowAsync(GrpcChannel channel, IReadOnlyList<QuotaUsage> usage, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            var call = channel.Start(QuotaMethods.StreamRateLimitQuotas, options: null, cancellationToken);
            await using (call.ConfigureAwait(false))
            {
                var reading = ReadAsync(call, cancellationToken);
                var last = time.GetTimestamp();

                // A new stream knows nothing: all that is told first has no time behind it.
                await call.WriteAsync(Report(usage, TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
                while (!reading.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                {
                    var now = time.GetTimestamp();
                    if (book.TakeUsage() is { Count: > 0 } more)
                    {
                        await call.WriteAsync(Report(more, time.GetElapsedTime(last, now)), cancellationToken).ConfigureAwait(false);
                    }

                    last = now;
                }

                await reading.ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is GrpcException or HttpRequestException or IOException)
        {
            XdsClientLog.QuotasUnreported(logger, exception.Message);
        }
    }

    private async Task ReadAsync(GrpcCall<RateLimitQuotaUsageReports, RateLimitQuotaResponse> call, CancellationToken cancellationToken)
    {
        while (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is { } response)
        {
            foreach (var action in response.BucketAction)
            {
                Apply(action);
            }
        }
    }

    private void Apply(BucketAction action)
    {
        if (!QuotaBuckets.TryRead(action.BucketId, out var limit, out var values))
        {
            return;
        }

        if (action.BucketActionCase is BucketAction.BucketActionOneofCase.AbandonAction)
        {
            book.Assign(limit, values, null);
        }
        else if (action.QuotaAssignmentAction?.RateLimitStrategy?.TokenBucket is { } bucket && RateLimitDecoder.Bucket(bucket, new DecodeErrors()) is { } share)
        {
            book.Assign(limit, values, share);
        }
    }

    private RateLimitQuotaUsageReports Report(IReadOnlyList<QuotaUsage> usage, TimeSpan elapsed)
    {
        var reports = new RateLimitQuotaUsageReports { Domain = domain };
        foreach (var bucket in usage)
        {
            reports.BucketQuotaUsages.Add(new BucketQuotaUsage
            {
                BucketId = QuotaBuckets.Name(bucket.Limit, bucket.Values),
                TimeElapsed = Duration.FromTimeSpan(bucket.IsFirst ? TimeSpan.Zero : elapsed),
                NumRequestsAllowed = bucket.Allowed,
                NumRequestsDenied = bucket.Denied,
            });
        }

        return reports;
    }
}
