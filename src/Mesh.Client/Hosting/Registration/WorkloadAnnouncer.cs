using System.Collections.Immutable;
using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Hosting.Registration;

/// <summary>
/// Holds what this process tells the control plane about itself: Mesh.Server says where it listens, its certificate and the policy of its ports make it ready, the end of the process says that it drains.
/// </summary>
internal sealed class WorkloadAnnouncer
{
    private readonly IWorkloadIdentity _identity;
    private readonly InboundPolicy _inbound;
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private WorkloadRegistration? _own;
    private WorkloadRegistration? _gateway;
    private WorkloadRegistration? _current;
    private Action<WorkloadRegistration>? _announce;
    private bool _isHeldBack;

    public WorkloadAnnouncer(Workload workload, IWorkloadIdentity identity, InboundPolicy inbound)
    {
        (Workload, _identity, _inbound) = (workload, identity, inbound);
        identity.Changed += Update;
        inbound.Changed += Update;
    }

    public Workload Workload { get; }

    public MeshOptions Options => Workload.Options;

    /// <summary>Whether the server of this process can end mutual TLS of the mesh; it does when there is a certificate and the port's policy is not DISABLE. Set before it listens.</summary>
    public bool TerminatesMutualTls { get; set; }

    /// <summary>The server listens: the process becomes an endpoint of its service.</summary>
    /// <param name="address">Where it listens; <c>Mesh:Address</c> goes before it.</param>
    /// <param name="ports">Real listening ports by name, such as <c>http: 34567</c>.</param>
    public void Listening(string address, IReadOnlyDictionary<string, int> ports)
    {
        var real = ports.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var written = Options.Ports.Count > 0 ? Options.Ports.ToImmutableSortedDictionary(StringComparer.Ordinal) : real;
        lock (_lock)
        {
            _own = At(address, real, written) with { TakesMutualTls = CanTakeMutualTls };
            Announce(Together(CanServe ? WorkloadState.Ready : WorkloadState.NotReady));
        }
    }

    /// <summary>A gateway has opened or closed ports, which others in the mesh may call, too (an egress gateway).</summary>
    /// <param name="address">Where they are open; <c>Mesh:Address</c> goes before it.</param>
    /// <param name="ports">Open ports by name.</param>
    /// <param name="servicePorts">By the same names, as resources say them.</param>
    public void GatewayListening(string address, ImmutableSortedDictionary<string, int> ports, ImmutableSortedDictionary<string, int> servicePorts)
    {
        lock (_lock)
        {
            // Outside they speak for themselves: TLS there is what their servers say, never the mesh's own by itself.
            _gateway = At(address, ports, servicePorts) with { GatewayPorts = [.. ports.Values.Distinct()] };
            if (Together(_current?.State ?? WorkloadState.Ready) is { Ports.IsEmpty: false } together)
            {
                Announce(together);
            }
        }
    }

    /// <summary>Completes with the address where callers reach the process, once it listens.</summary>
    public Task<string> Address => _listening.Task;

    /// <summary>A probe found that the process does not take requests, whatever it says itself; or that it does again.</summary>
    public void HoldBack(bool isHeldBack)
    {
        lock (_lock)
        {
            if (_isHeldBack != isHeldBack)
            {
                _isHeldBack = isHeldBack;
                if (_current is { State: WorkloadState.Ready })
                {
                    Announce(_current);
                }
            }
        }
    }

    /// <summary>The process became ready, or ceased to be; nothing before it listens.</summary>
    public void ChangeState(WorkloadState state)
    {
        lock (_lock)
        {
            if (_current is not null && _current.State != state)
            {
                Announce(_current with { State = state });
            }
        }
    }

    /// <summary>Whether anybody was told to call this process.</summary>
    public bool IsRegistered
    {
        get { lock (_lock) { return _current is not null; } }
    }

    /// <summary>Whether the process has said that it stops.</summary>
    public bool IsDraining
    {
        get { lock (_lock) { return _current is { State: WorkloadState.Draining }; } }
    }

    /// <summary>Where registrations go; gets the current one at once.</summary>
    public void Connect(Action<WorkloadRegistration> announce)
    {
        lock (_lock)
        {
            _announce = announce;
            if (_current is not null)
            {
                announce(Probed(_current));
            }
        }
    }

    private WorkloadRegistration At(string address, ImmutableSortedDictionary<string, int> ports, ImmutableSortedDictionary<string, int> servicePorts) =>
        new(Options.Service!, Workload.SaidAddress ?? address, ports, servicePorts, WorkloadState.Ready) { AdditionalAddresses = Workload.AdditionalAddresses };

    // At least one of them is there.
    private WorkloadRegistration Together(WorkloadState state) => (_own, _gateway) switch
    {
        ({ } own, { } gateway) => own with
        {
            Ports = gateway.Ports.SetItems(own.Ports),
            ServicePorts = gateway.ServicePorts.SetItems(own.ServicePorts),
            GatewayPorts = gateway.GatewayPorts,
            TakesMutualTls = CanTakeMutualTls,
            State = state,
        },
        _ => (_own ?? _gateway!) with { State = state },
    };

    private bool CanTakeMutualTls => TerminatesMutualTls && _identity.Current is not null;

    // A process with an identity turns everybody away before it has its certificate and knows the policy of its ports: until then nobody is sent to it (fault matrix F03).
    private bool CanServe =>
        !_identity.IsConfigured || (_identity.Current is not null && _inbound.Current is { Watched: { } watched, Ports.Count: var known } && (watched.Count == 0 || known > 0));

    private void Update()
    {
        lock (_lock)
        {
            if (_current is null)
            {
                return;
            }

            // Once said, mutual TLS stays: whoever cannot renew its certificate in time must not be called in plaintext for it. So does being ready: the policy that is known stays in force.
            var next = _current with
            {
                TakesMutualTls = _current.TakesMutualTls || (_own is not null && CanTakeMutualTls),
                State = _current.State is WorkloadState.NotReady && CanServe ? WorkloadState.Ready : _current.State,
            };
            if (next != _current)
            {
                Announce(next);
            }
        }
    }

    private WorkloadRegistration Probed(WorkloadRegistration registration) =>
        _isHeldBack && registration.State == WorkloadState.Ready ? registration with { State = WorkloadState.NotReady } : registration;

    private void Announce(WorkloadRegistration registration)
    {
        // Under the lock, so that announcements keep their order.
        lock (_lock)
        {
            _current = registration;
            _announce?.Invoke(Probed(registration));
            _listening.TrySetResult(registration.Address);
        }
    }
}
