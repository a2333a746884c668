using System.Net;

namespace Mesh.Client.Dialing;

/// <summary>All addresses of an endpoint that has several; configuration replaces them, and what is connected stays.</summary>
/// <remarks>Where two are the same object, connections may be shared: a list is never compared by what it says.</remarks>
internal sealed class AddressList
{
    // A session's token is sent with every request; whoever has more addresses is found by these.
    private const int MaxNamed = 8;

    private readonly Lock _lock = new();

    // Replaced under _lock.
    private volatile Order _order;

    /// <param name="addresses">At least one, in the order in which connections try them.</param>
    public AddressList(IPEndPoint[] addresses) => _order = new Order(addresses, addresses[0]);

    /// <summary>In the order in which connections try them.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => _order.Addresses;

    /// <summary>For a session's token: with commas between them, the one that is in use before the others (gRFC A61).</summary>
    public string Text => _order.Text;

    /// <summary>The endpoint has these now.</summary>
    public void Use(IPEndPoint[] addresses)
    {
        lock (_lock)
        {
            if (!addresses.SequenceEqual(_order.Addresses))
            {
                _order = new Order(addresses, addresses.Contains(_order.Used) ? _order.Used : addresses[0]);
            }
        }
    }

    /// <summary>The newest connection goes there.</summary>
    public void Connected(IPEndPoint address)
    {
        if (_order.Used.Equals(address))
        {
            return;
        }

        lock (_lock)
        {
            _order = _order.Addresses.Contains(address) ? new Order(_order.Addresses, address) : _order;
        }
    }

    private sealed class Order(IPEndPoint[] addresses, IPEndPoint used)
    {
        public IPEndPoint[] Addresses => addresses;

        public IPEndPoint Used => used;

        public string Text { get; } = string.Join(',', addresses.Where(address => !address.Equals(used)).Prepend(used).Take(MaxNamed));
    }
}
