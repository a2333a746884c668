using static Mesh.EndToEnd.Tests.Telemetry.Otlp.OtlpMessage;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>Reads <c>ExportLogsServiceRequest</c>.</summary>
internal static class OtlpLogs
{
    public static List<ReceivedLog> Read(byte[] request) =>
    [
        .. from resource in All(request, 1)
           from scope in All(resource, 2)
           let category = All(scope, 1).Select(description => Text(description, 1)).SingleOrDefault() ?? ""
           from record in All(scope, 2)
           select new ReceivedLog(ServiceOf(resource), category, All(record, 5).Select(ValueOf).SingleOrDefault() ?? "", Attributes(record, 6).ToDictionary()),
    ];
}
