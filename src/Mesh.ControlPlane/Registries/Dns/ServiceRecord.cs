namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>One SRV record (RFC 2782).</summary>
internal readonly record struct ServiceRecord(ushort Priority, ushort Weight, ushort Port, string Target, uint TimeToLive);
