using System.Collections.Immutable;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Taps;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>Which processes are ordered out of the mesh; outlives this control plane, and is shared with others of the mesh. Every member may be called from any thread.</summary>
internal sealed class ModeOrders : IDisposable
{
    public const string DocumentName = "modes.json";
    public const int Limit = 1_000;

    private const int Version = 1;

    private readonly IStateStore _state;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile ImmutableList<ModeOrder> _orders;

    /// <exception cref="StateException">What was stored cannot be read.</exception>
    public ModeOrders(IStateStore state)
    {
        _state = state;
        _orders = Load();
        state.Changed += OnStateChanged;
    }

    /// <summary>Raised when other orders hold.</summary>
    public event Action? Changed;

    /// <summary>All that hold, the oldest first.</summary>
    public IReadOnlyList<ModeOrder> Current => _orders;

    /// <summary>The first one that holds for a process; null for none.</summary>
    public ModeOrder? Find(GraphNode node) => _orders.FirstOrDefault(order => Means(order, node));

    /// <summary>One more; the same again changes nothing. False when there are as many as there may be.</summary>
    /// <exception cref="StateException">It cannot be stored.</exception>
    public bool Add(ModeOrder order)
    {
        var isTaken = false;
        Update(orders =>
        {
            isTaken = orders.Any(known => IsSame(known, order.Namespace, order.Target));
            if (isTaken || orders.Count >= Limit)
            {
                return orders;
            }

            isTaken = true;
            return orders.Add(order);
        });
        return isTaken;
    }

    /// <summary>Takes back the one of a target, or, without a target, all of a namespace, or, without that, all.</summary>
    /// <returns>What was taken back.</returns>
    /// <exception cref="StateException">It cannot be stored.</exception>
    public ImmutableArray<ModeOrder> Remove(string? ns, string? target)
    {
        ImmutableArray<ModeOrder> gone = [];
        Update(orders =>
        {
            gone = [.. orders.Where(order => target is not null ? IsSame(order, ns, target) : ns is null || order.Namespace == ns)];
            return orders.RemoveRange(gone);
        });
        return gone;
    }

    /// <summary>Whether an order is about a process.</summary>
    public static bool Means(ModeOrder order, GraphNode node) =>
        (order.Namespace is null || order.Namespace == node.Namespace) && (order.Target is null || TapTarget.Parse(order.Target)?.Means(node) == true);

    public void Dispose() => _state.Changed -= OnStateChanged;

    private static bool IsSame(ModeOrder order, string? ns, string? target) => order.Namespace == ns && order.Target == target;

    private void Update(Func<ImmutableList<ModeOrder>, ImmutableList<ModeOrder>> change)
    {
        lock (_lock)
        {
            _orders = _state.Exclusively(() =>
            {
                var current = _state.IsShared ? Load() : _orders;
                var next = change(current);
                if (!ReferenceEquals(next, current))
                {
                    StateJson.Write(_state, DocumentName, new ModeDocument(Version, [.. next]));
                }

                return next;
            });
        }

        Changed?.Invoke();
    }

    private ImmutableList<ModeOrder> Load() => [.. StateJson.Read<ModeDocument>(_state, DocumentName)?.Orders ?? []];

    private void OnStateChanged(string name)
    {
        if (name == DocumentName)
        {
            lock (_lock)
            {
                _orders = Load();
            }

            Changed?.Invoke();
        }
    }
}
