namespace Mesh.Server.Reports;

/// <summary>Is told of every request that is served: once when it comes in, before any policy, and once at its end.</summary>
/// <remarks>Runs on the way of the request, so it must be quick and must not throw. The sinks of a process are settled when it starts, and never know each other.</remarks>
internal interface IRequestSink
{
    /// <summary>The request comes in. What the sink makes current (an activity) is current for the stages that follow, and for the application.</summary>
    void Begin(RequestRecord record);

    /// <summary>The application has answered, a policy has refused, or the caller has gone.</summary>
    void End(RequestRecord record, in RequestReport report);
}
