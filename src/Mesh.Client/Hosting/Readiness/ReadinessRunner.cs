using System.Globalization;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.Readiness;

/// <summary>Runs the probe of this process' WorkloadGroup and has the process held back while it fails, so that nobody is sent to it (istio-agent's health checks).</summary>
/// <remarks>The result rides on the node of the xDS stream, as the process' own state does; the probe goes on while the control plane is away.</remarks>
internal sealed class ReadinessRunner(WorkloadAnnouncer announcer, TimeProvider time, ILogger<ReadinessRunner> logger) : IAsyncDisposable
{
    private readonly ReadinessProber _prober = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private ReadinessProbePolicy? _policy;
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>From here on this is the probe; null for none.</summary>
    public void Follow(ReadinessProbePolicy? policy)
    {
        lock (_lock)
        {
            if (_isDisposed || Equals(policy, _policy))
            {
                return;
            }

            var isFirst = _policy is null;
            _policy = policy;
            _stop?.Cancel();
            _stop?.Dispose();
            _stop = null;
            if (policy is null)
            {
                announcer.HoldBack(false);
                return;
            }

            if (isFirst && policy.Check is not RefusedReadinessCheck)
            {
                // Nobody is sent here before the first check has passed; a probe that changes leaves what the last one found.
                announcer.HoldBack(true);
            }

            _stop = new CancellationTokenSource();
            _loop = RunAsync(policy, _loop, _stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task loop;
        lock (_lock)
        {
            // Once by the service that stops, once by the container.
            _isDisposed = true;
            _stop?.Cancel();
            _stop?.Dispose();
            (_stop, loop) = (null, _loop);
        }

        await loop.ConfigureAwait(false);
        _prober.Dispose();
    }

    private async Task RunAsync(ReadinessProbePolicy policy, Task before, CancellationToken stop)
    {
        try
        {
            // Off the thread that brings the configuration, and one at a time.
            await Task.Yield();
            await before.ConfigureAwait(false);
            var address = await announcer.Address.WaitAsync(stop).ConfigureAwait(false);
            if (ReadinessProber.Refuse(policy.Check, address) is { } refusal)
            {
                HostingLog.ReadinessProbeRefused(logger, refusal);
                announcer.HoldBack(false);
                return;
            }

            var progress = new ReadinessProgress(policy);
            await Task.Delay(policy.InitialDelay, time, stop).ConfigureAwait(false);
            while (true)
            {
                var problem = await CheckAsync(policy, address, stop).ConfigureAwait(false);
                if (progress.Record(problem is null))
                {
                    Tell(problem, stop);
                }

                await Task.Delay(policy.Period, time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Another probe holds now, or the process stops.
        }
    }

    private void Tell(string? problem, CancellationToken stop)
    {
        lock (_lock)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            announcer.HoldBack(problem is not null);
        }

        if (problem is null)
        {
            HostingLog.ReadinessPassed(logger);
        }
        else
        {
            HostingLog.ReadinessFailed(logger, problem);
        }
    }

    private async Task<string?> CheckAsync(ReadinessProbePolicy policy, string address, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(policy.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            return await _prober.ProbeAsync(policy.Check, address, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {policy.Timeout.TotalSeconds:0.###} s");
        }
    }
}
