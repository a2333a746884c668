namespace Mesh.Client.Xds.Dumps;

/// <summary>How a resource stands in the client's memory, in gRPC's words (gRFC A78, <c>grpc.xds.cache_state</c>).</summary>
internal static class CacheState
{
    public static string Of(ResourceState resource) => resource switch
    {
        { Error: not null, Bytes: null } => "nacked",
        { Error: not null } => "nacked_but_cached",
        { IsAbsent: true } => "does_not_exist",
        { Bytes: null } => "requested",
        _ => "acked",
    };
}
