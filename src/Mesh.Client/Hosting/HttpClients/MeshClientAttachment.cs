using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.HttpClients;

/// <summary>Puts the mesh at the end of the handler chain of every <c>IHttpClientFactory</c> client that is in the mesh.</summary>
/// <remarks>After all other configuration, so that it makes no difference where AddMesh stands, and the application's handlers stay outside.</remarks>
internal sealed class MeshClientAttachment(IOptions<MeshOptions> options, IOptionsMonitor<MeshClientSelection> selection)
    : IPostConfigureOptions<HttpClientFactoryOptions>
{
    public void PostConfigure(string? name, HttpClientFactoryOptions factoryOptions)
    {
        if (selection.Get(name).IsInMesh ?? options.Value.Http.AutoAttach)
        {
            factoryOptions.HttpMessageHandlerBuilderActions.Add(static builder =>
                builder.PrimaryHandler = builder.Services.GetRequiredService<MeshHandlerFactory>().CreateHandler(builder.PrimaryHandler));
        }
    }
}
