namespace Bookinfo.AppHost;

/// <summary>What the user asked for.</summary>
/// <param name="ConfigFolder">Folder of mesh resources that the control plane watches.</param>
/// <param name="IsSample">Whether that is the sample's own folder, because the user named none.</param>
/// <param name="PagePort">Port of productpage; 0 for any free one.</param>
/// <param name="GatewayPort">Port of the ingress gateway; 0 for any free one.</param>
/// <param name="XdsPort">Port of the control plane for xDS.</param>
/// <param name="HttpPort">Port of the control plane for its HTTP interface.</param>
/// <param name="Json">Print one JSON object on standard output when ready.</param>
/// <param name="Verbose">Show what the processes log.</param>
/// <param name="Otlp">Where the processes send their spans; null when the environment decides.</param>
internal sealed record AppHostOptions(string ConfigFolder, bool IsSample, int PagePort, int GatewayPort, int XdsPort, int HttpPort, bool Json, bool Verbose, Uri? Otlp);
