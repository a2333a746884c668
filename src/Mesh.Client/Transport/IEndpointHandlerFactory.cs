namespace Mesh.Client.Transport;

/// <summary>Makes the HTTP handler that holds the connections to one endpoint.</summary>
internal interface IEndpointHandlerFactory
{
    HttpMessageHandler Create(EndpointPool pool);
}
