namespace Mesh.Client.Model;

/// <summary>A condition on connections and where those go that meet it (a filter chain).</summary>
internal sealed record ConnectionRoute(ConnectionMatch Match, TcpRoute Route);
