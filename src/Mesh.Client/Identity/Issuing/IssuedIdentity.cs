using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Issuing;

/// <summary>A certificate of the mesh's own authority, renewed before anybody notices, and the roots as the control plane tells them.</summary>
internal sealed class IssuedIdentity(IssuanceSettings settings, ICertificateIssuer issuer, TimeProvider time, Random random, ILogger<IssuedIdentity> logger)
    : IWorkloadIdentity, IAsyncDisposable
{
    // The clock is looked at this often: timers stand still while a machine sleeps, and know nothing of a clock that is set.
    private static readonly TimeSpan MaxSleep = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly RenewalAlarm _alarm = new(settings.Id.ToString(), logger);

    // Volatile: written under _lock, read by handshakes.
    private volatile WorkloadSvid? _svid;
    private volatile TrustBundles _bundles = new(settings.Id.TrustDomain, []);
    private volatile string? _lastError;

    // Guarded by _lock.
    private readonly RotationSchedule _schedule = new(random);
    private TaskCompletionSource _wake = NewSignal();
    private X509Certificate2? _rootAskedFor;
    private Task? _running;

    public event Action? Changed;

    public bool IsConfigured => true;

    public WorkloadSvid? Current => _svid is { } svid && time.GetUtcNow() <= svid.NotAfter ? svid : null;

    public string? Problem => Current is not null ? null
        : _svid is { } expired ? $"the certificate of '{settings.Id}' has expired at {expired.NotAfter.UtcDateTime:u}, because it could not be renewed: {_lastError ?? "this process did not run"}"
        : $"'{settings.Id}' has no certificate yet: {_lastError ?? "the first one has been asked for"}";

    public TrustBundles Bundles => _bundles;

    /// <summary>Begins to ask; an authority that is away is tried again and again, never an exception.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _running ??= RunAsync();
        }
    }

    /// <summary>Is who an earlier process of this workload was, until the authority answers; it is asked all the same.</summary>
    public void Restore(WorkloadSvid svid, TrustBundles bundles)
    {
        lock (_lock)
        {
            if (_svid is not null || _bundles.Own is not null)
            {
                return;
            }

            (_svid, _bundles) = (svid, bundles);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes the roots that the control plane tells now, in place of those before; without any for the own trust domain those stay.</summary>
    /// <param name="told">An empty trust domain stands for the own one.</param>
    public void Trust(ImmutableArray<TrustBundle> told)
    {
        var bundles = new TrustBundles(settings.Id.TrustDomain, told.Select(bundle => bundle.TrustDomain.Length > 0 ? bundle : bundle with { TrustDomain = settings.Id.TrustDomain }));
        lock (_lock)
        {
            if (bundles.Own is null || bundles.Equals(_bundles))
            {
                return;
            }

            _bundles = bundles;
            IdentityLog.TrustChanged(logger, bundles.All.Sum(bundle => bundle.Roots.Length), bundles.All.Length);
            HurryIfRootChanged();
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is not null)
        {
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WaitAsync().ConfigureAwait(false);
                await RenewAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Failed(exception.Message);
                IdentityLog.RotationFailed(logger, settings.Id.ToString(), exception);
            }
        }
    }

    private async Task WaitAsync()
    {
        while (true)
        {
            Task woken;
            TimeSpan left;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (_schedule.IsDue(now))
                {
                    return;
                }

                // Whole milliseconds, rounded up: a wait cuts the rest off, and would come back too early again and again.
                (woken, left) = (_wake.Task, TimeSpan.FromMilliseconds(Math.Ceiling((_schedule.Due - now).TotalMilliseconds)));
            }

            await woken.WaitAsync(left < MaxSleep ? left : MaxSleep, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task RenewAsync()
    {
        using var key = new WorkloadKey(settings.KeyType);
        IssuedCertificate issued;
        try
        {
            var chain = await issuer.IssueAsync(key.CreateSigningRequest(settings.Id.ToString()), _stop.Token).ConfigureAwait(false);
            issued = IssuedCertificate.Read(chain, key, settings.Id, _bundles, time.GetUtcNow());
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            Failed(exception.Message);
            return;
        }

        Take(issued);
        Changed?.Invoke();
    }

    private void Take(IssuedCertificate issued)
    {
        lock (_lock)
        {
            // The roots may have been told anew while the authority was asked: those stay, unless the certificate needs the others.
            _bundles = FindRoot(issued.Svid, _bundles) is null ? issued.Bundles : _bundles;
            (_svid, _lastError) = (issued.Svid, null);
            _alarm.Reset();
            _schedule.Obtained(time.GetUtcNow(), issued.Svid.NotAfter);
            HurryIfRootChanged();
            IdentityLog.Obtained(logger, issued.Svid.Leaf.SerialNumber, settings.Id.ToString(), issued.Svid.NotAfter, _schedule.Due);
        }
    }

    private void Failed(string reason)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _lastError = reason;
            _schedule.Failed(now);
            _alarm.Failed(_schedule.Left(now), _svid?.NotAfter, reason, _schedule.Due - now);
        }
    }

    /// <summary>The second step of a root rotation (add, reissue, drop): what ends in another root than the first is asked for anew, once for each root.</summary>
    private void HurryIfRootChanged()
    {
        var first = _bundles.Own?.Roots.FirstOrDefault();
        if (_svid is not { } svid || first is null || first.Equals(_rootAskedFor) || HasSameKey(FindRoot(svid, _bundles), first))
        {
            return;
        }

        _rootAskedFor = first;
        _schedule.Hurry(time.GetUtcNow());
        IdentityLog.RootReplaced(logger, settings.Id.ToString(), _schedule.Due);
        var wake = _wake;
        _wake = NewSignal();
        wake.TrySetResult();
    }

    private X509Certificate2? FindRoot(WorkloadSvid svid, TrustBundles bundles)
    {
        if (bundles.Own is not { } bundle)
        {
            return null;
        }

        using var chain = new SvidChain(svid.Leaf, [.. svid.Context.IntermediateCertificates], bundle, time.GetUtcNow());
        return chain.Check() is null ? chain.Root : null;
    }

    private static bool HasSameKey(X509Certificate2? one, X509Certificate2 other) =>
        one is not null && one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.PublicKey.ExportSubjectPublicKeyInfo());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
