using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;

namespace Mesh.Client.Routing.Connections;

/// <summary>Finds the filter chain of a connection as Envoy does: step by step the most exact value that a chain names, never going back a step.</summary>
/// <remarks>
/// Destination port, address (longest prefix), server name (exact, longest wildcard, none), TLS or not, application protocol. What is chosen at
/// one step holds for the next: a chain for a narrower subnet that fails on the name does not give way to one for a wider subnet.
/// </remarks>
internal sealed class ConnectionMatcher(ImmutableArray<ConnectionRoute> routes)
{
    /// <summary>The position of the route; -1 when none matches and the default applies.</summary>
    public int Find(in ConnectionView view)
    {
        var choice = new Choice { Port = Port(view.Port) };
        if (routes.Length == 0 || !Address(view.Address, ref choice))
        {
            return -1;
        }

        Name(view.ServerName, ref choice);
        Transport(view.IsTls, ref choice);
        Protocol(view.ApplicationProtocols, ref choice);
        for (var index = 0; index < routes.Length; index++)
        {
            if (choice.AllowsProtocol(routes[index].Match))
            {
                return index;
            }
        }

        return -1;
    }

    private int? Port(int port)
    {
        foreach (var route in routes)
        {
            if (route.Match.Port == port)
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>False when the chains of the port are all for other addresses.</summary>
    private bool Address(IPAddress? address, ref Choice choice)
    {
        var found = false;
        foreach (var route in routes)
        {
            if (!choice.AllowsPort(route.Match))
            {
                continue;
            }

            found |= route.Match.Prefixes.IsEmpty;
            foreach (var prefix in route.Match.Prefixes)
            {
                if (address is not null && prefix.Contains(address) && !(choice.Prefix?.PrefixLength >= prefix.PrefixLength))
                {
                    choice.Prefix = prefix;
                }
            }
        }

        return found || choice.Prefix is not null;
    }

    private void Name(string name, ref Choice choice)
    {
        choice.Name = "";
        foreach (var route in routes)
        {
            if (!choice.AllowsAddress(route.Match))
            {
                continue;
            }

            foreach (var pattern in route.Match.ServerNames)
            {
                if (Covers(pattern, name) && Rank(pattern) > Rank(choice.Name))
                {
                    choice.Name = pattern;
                }
            }
        }
    }

    private void Transport(bool isTls, ref Choice choice)
    {
        choice.IsTls = null;
        foreach (var route in routes)
        {
            if (choice.AllowsName(route.Match) && route.Match.IsTls == isTls)
            {
                choice.IsTls = isTls;
                return;
            }
        }
    }

    private void Protocol(ImmutableArray<string> offered, ref Choice choice)
    {
        choice.Protocol = "";
        foreach (var protocol in offered)
        {
            foreach (var route in routes)
            {
                if (choice.AllowsTransport(route.Match) && route.Match.ApplicationProtocols.Contains(protocol))
                {
                    choice.Protocol = protocol;
                    return;
                }
            }
        }
    }

    // A wildcard stands for one label at least: *.a.b is not for a.b itself.
    private static bool Covers(string pattern, string name) =>
        pattern[0] == '*' ? name.Length >= pattern.Length && name.EndsWith(pattern.AsSpan(1), StringComparison.Ordinal) : pattern == name;

    private static int Rank(string pattern) => pattern is ['*', ..] ? pattern.Length : pattern.Length == 0 ? 0 : int.MaxValue;

    /// <summary>The most exact values so far; a chain stays in the choice while it names them.</summary>
    private struct Choice
    {
        public int? Port;
        public IPNetwork? Prefix;
        public string Name;
        public bool? IsTls;
        public string Protocol;

        public readonly bool AllowsPort(ConnectionMatch match) => match.Port == Port;

        public readonly bool AllowsAddress(ConnectionMatch match) =>
            AllowsPort(match) && (Prefix is { } prefix ? match.Prefixes.Contains(prefix) : match.Prefixes.IsEmpty);

        public readonly bool AllowsName(ConnectionMatch match) =>
            AllowsAddress(match) && (Name.Length > 0 ? match.ServerNames.Contains(Name) : match.ServerNames.IsEmpty);

        public readonly bool AllowsTransport(ConnectionMatch match) => AllowsName(match) && match.IsTls == IsTls;

        public readonly bool AllowsProtocol(ConnectionMatch match) =>
            AllowsTransport(match) && (Protocol.Length > 0 ? match.ApplicationProtocols.Contains(Protocol) : match.ApplicationProtocols.IsEmpty);
    }
}
