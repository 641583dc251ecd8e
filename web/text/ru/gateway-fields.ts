/** Labels and help texts of the gateways' settings. */
const byProfile = (title: string) => ({
  [`How to send, and how to read answers, statuses and calls: see docs/http-profile.md. A sender of this gateway needs an HTTP profile: the protocol of ${title} is not built in, and none is made up.`]:
    'Как отправлять и как читать ответы, статусы и вызовы: см. docs/http-profile.md. Без профиля этот шлюз не работает: его протокол не встроен, и выдумывать его мы не станем.',
});

export const gatewayFields: Readonly<Record<string, string>> = {
  ...byProfile('Sky Media'),
  ...byProfile('VK Notify'),
  ...byProfile('SberMobile'),
  ...byProfile('Another gateway, by HTTP profile'),
  Address: 'Адрес',
  Login: 'Логин',
  Password: 'Пароль',
  'API key': 'Ключ API',
  API: 'API',
  'API version': 'Версия API',
  'API password': 'Пароль API',
  Token: 'Токен',
  'Token or API key': 'Токен или ключ API',
  'Webhook secret': 'Секрет вебхука',
  'Webhook charset': 'Кодировка вебхука',
  'Webhook login': 'Логин вебхука',
  'Webhook password': 'Пароль вебхука',
  'Fetch texts from phones': 'Загружать входящие SMS',
  'Error codes': 'Коды ошибок',
  "What the gateway's error codes mean: a code and its class each. A code that is not here ends the SMS as rejected; one of the class temporary or rate-limited has it sent again.":
    'Что значат коды ошибок шлюза: код и его класс. С кодом, которого здесь нет, SMS отклоняется; класс temporary или rate-limited означает новую попытку.',
  'Set it, with the webhook password, if the gateway was told to call with HTTP Basic.':
    'Задайте вместе с паролем вебхука, если шлюз вызывает нас с HTTP Basic.',
  'Used in place of login and password. With the login given as well, a new key stays the same account.':
    'Вместо логина и пароля. Если указан и логин, с новым ключом учётная запись остаётся прежней.',
  'Seconds between status requests': 'Секунд между запросами статуса',
  'https://smsc.ru or a sister site: smsc.kz, smsc.ua, smsc.tj, smscentre.com.':
    'https://smsc.ru или родственный сайт: smsc.kz, smsc.ua, smsc.tj, smscentre.com.',
  'SMSC allows one mass request a minute.': 'SMSC разрешает один массовый запрос в минуту.',
  'Seconds until "not found" is believed': 'Через сколько секунд верить ответу «не найдено»',
  'SMSC says so also right after a send. After this time it counts as proof that a doubtful send did not arrive, and the SMS is sent again; under a minute, that could be refused as a duplicate.':
    'SMSC отвечает так и сразу после отправки. По истечении этого времени ответ доказывает, что сомнительная отправка не дошла, и SMS отправляется снова; раньше чем через минуту повтор может быть отклонён как дубль.',
  'As set at SMSC, with md5 or sha1 in the address there. Calls without a right checksum are refused.':
    'Как задан в SMSC, с md5 или sha1 в адресе. Вызовы без верной контрольной суммы отклоняются.',
  'Put charset=utf-8 into the address set at SMSC; without it SMSC calls in windows-1251.':
    'Добавьте charset=utf-8 в адрес, указанный в SMSC; без этого SMSC обращается в windows-1251.',
  'Of the XML-RPC API. Only plain http is known to answer, so the password and the texts travel unencrypted: try https://api.smsimple.ru/ and keep it if a test SMS passes.':
    'Адрес XML-RPC API. Известно, что отвечает только http без шифрования, так что пароль и тексты идут открыто: попробуйте https://api.smsimple.ru/ и оставьте, если тестовая SMS прошла.',
  'Token ID or username': 'ID токена или имя пользователя',
  'Better a token: Settings, Developer Settings, API Tokens at BulkSMS.':
    'Лучше токен: Settings, Developer Settings, API Tokens в BulkSMS.',
  'Token secret or password': 'Секрет токена или пароль',
  'Account name': 'Название аккаунта',
  'Any name for the BulkSMS account. With it, a new token stays the same account.':
    'Любое название аккаунта BulkSMS. С ним при новом токене учётная запись остаётся прежней.',
  'Let phones answer': 'Разрешить ответы',
  "For SMS without a caller id: BulkSMS chooses a number to which people can answer, such as with STOP. Otherwise the account's own setting holds.":
    'Для SMS без имени отправителя: BulkSMS выбирает номер, на который можно ответить, например STOP. Иначе действует настройка аккаунта.',
  'For where BulkSMS cannot call us. Otherwise texts come by the webhook of the scope RECEIVED.':
    'Если BulkSMS не может обратиться к нам. Иначе входящие приходят вебхуком RECEIVED.',
  'online: the current Devino.Online API. It cannot be asked for a status, the form of its delivery reports is not published, and it brings no texts from phones. rest2: the older REST v2, for accounts that have it. Its statuses are fetched, it brings texts from phones, and it has no report webhook.':
    'online — нынешний API Devino.Online: статус запросить нельзя, формат отчётов о доставке не опубликован, входящих SMS нет. rest2 — прежний REST v2 для аккаунтов, у которых он есть: статусы запрашиваются, входящие SMS есть, вебхука отчётов нет.',
  'Only where it is another than https://api.devino.online (online) or https://integrationapi.net/rest/v2 (rest2).':
    'Только если он не https://api.devino.online (online) и не https://integrationapi.net/rest/v2 (rest2).',
  'For online, in place of login and password. With the login given as well, a new key stays the same account.':
    'Для online, вместо логина и пароля. Если указан и логин, с новым ключом учётная запись остаётся прежней.',
  'Needed for rest2.': 'Нужен для rest2.',
  "For rest2. Otherwise texts come by webhook: give this sender's address to Devino's manager.":
    'Для rest2. Иначе входящие приходят вебхуком: передайте адрес этого отправителя менеджеру Devino.',
  'The whole address. https://api.smstraffic.ru/multi.php, or Smart Delivery: https://sds.smstraffic.ru/smartdelivery-in/multi.php.':
    'Адрес целиком: https://api.smstraffic.ru/multi.php или, для Smart Delivery, https://sds.smstraffic.ru/smartdelivery-in/multi.php.',
  'Reserve address': 'Резервный адрес',
  'The second site for the same account: every other attempt goes there. Empty: there is none.':
    'Второй сайт для того же аккаунта: туда идёт каждая вторая попытка. Пусто — его нет.',
  Route: 'Маршрут',
  'Only for Smart Delivery: the channels in their order, such as viber(60)-sms.':
    'Только для Smart Delivery: каналы по порядку, например viber(60)-sms.',
  'For accounts whose incoming texts are not pushed to a webhook.':
    'Для аккаунтов, входящие которых не приходят вебхуком.',
  'Inbound service': 'Приём входящих',
  'An incoming number wants OK as an answer. At a short code every answer goes to the phone as an SMS, so the answer is empty.':
    'Входящий номер ждёт ответ OK. На коротком номере любой ответ уходит абоненту как SMS, поэтому ответ пустой.',
  'Short code password': 'Пароль короткого номера',
  'As agreed with SMS Traffic: texts to the short code are refused without it.':
    'По договорённости с SMS Traffic: без него тексты на короткий номер отклоняются.',
  'Of texts from phones. SMS Traffic calls in windows-1251 unless its support has set another.':
    'Для входящих SMS. SMS Traffic обращается в windows-1251, если поддержка не задала другую кодировку.',
  'The personal address from the Infobip portal, such as https://xxxxx.api.infobip.com. With the shared one, a new API key counts as a new account.':
    'Личный адрес с портала Infobip, например https://xxxxx.api.infobip.com. С общим адресом новый ключ API считается новой учётной записью.',
  'Needs the scopes sms:message:send and sms:logs:read.': 'Нужны права sms:message:send и sms:logs:read.',
  'Of sending: 3, or 2 (older).': 'Для отправки: 3 или 2 (прежняя).',
  'omnichannel tells statuses; token only sends, so that no SMS ever counts as delivered.':
    'omnichannel сообщает статусы; token только отправляет, и ни одна SMS не считается доставленной.',
  'Unless it is https://omnichannel.mts.ru or, for the token API, https://api.mts.ru; with or without the path.':
    'Если он не https://omnichannel.mts.ru и, для API token, не https://api.mts.ru; с путём или без него.',
  "Of the omnichannel API, from the cabinet's integration section, such as gw_….":
    'Логин API omnichannel из раздела интеграции в кабинете, например gw_….',
  'Of the token API. A new token counts as a new account.':
    'Для API token. Новый токен считается новой учётной записью.',
  'Inbound field: phone': 'Поле входящих: телефон',
  'Name of the field in calls with texts from phones.': 'Имя поля в вызовах с входящими SMS.',
  'Inbound field: text': 'Поле входящих: текст',
  'With dots in it, a path: content.text.': 'С точками — это путь: content.text.',
  'Inbound field: id': 'Поле входящих: идентификатор',
  'If there is one: repeats are dropped by it.': 'Если есть: по нему отбрасываются повторы.',
  'Address up to the connector': 'Адрес до коннектора',
  'By your contract, such as https://gate00.example.org:9999/acme/connector0.':
    'По договору, например https://gate00.example.org:9999/acme/connector0.',
  'Whole address of the send call': 'Полный адрес отправки',
  'In place of the address up to the connector with /send behind it.': 'Вместо адреса до коннектора с /send на конце.',
  'Whole address of the status call': 'Полный адрес запроса статуса',
  'In place of the address up to the connector with /status behind it.':
    'Вместо адреса до коннектора с /status на конце.',
  'CA certificate': 'Сертификат удостоверяющего центра',
  "In PEM, where the server's certificate is signed by edna's own authority.":
    'В формате PEM, если сертификат сервера подписан собственным центром edna.',
  'HTTP method': 'Метод HTTP',
  'With GET, password and text travel in the address and may be logged on the way.':
    'С GET пароль и текст передаются в адресе и могут попасть в журналы по пути.',
  'Name of the login field': 'Имя поля логина',
  'Name of the password field': 'Имя поля пароля',
  'Some installations call it pass.': 'В некоторых установках оно называется pass.',
  'Name of the password field in the status call': 'Имя поля пароля в запросе статуса',
  'Where it has another name than in the send call.': 'Если называется не так, как при отправке.',
  'Fields with an index': 'Поля с индексом',
  'Whether the fields are called subject[0] and so on, or just subject.':
    'Называются ли поля subject[0] и так далее или просто subject.',
  'Fields with an index in the status call': 'Поля с индексом в запросе статуса',
  'Where it differs from the send call.': 'Если не так, как при отправке.',
  'Send the validity': 'Передавать срок действия',
  'As validityPeriodMinutes, a field that is not confirmed for this protocol.':
    'Полем validityPeriodMinutes, которое для этого протокола не подтверждено.',
  'Other fields of the send call': 'Другие поля отправки',
  'Such as contentType or comment, where your installation wants them. Sent as they are.':
    'Например contentType или comment, если ваша установка их требует. Передаются как есть.',
  'A request asks for one SMS. How often edna lets itself be asked is not documented.':
    'Один запрос — об одной SMS. Как часто edna разрешает запросы, не описано.',
  'As the gateway told you; requests of the profile begin with it.':
    'Как сообщил шлюз; с него начинаются запросы профиля.',
  Parameters: 'Параметры',
  'Further values for the profile, as {{param.NAME}}; they are not secret.':
    'Дополнительные значения для профиля, в виде {{param.NAME}}; они не секретны.',
  'What the profile looks for in calls of the gateway.': 'Что профиль ищет в вызовах шлюза.',
  'HTTP profile': 'HTTP-профиль',
  "As told by Play Mobile's manager, with or without /broker-api at the end.":
    'Как сообщил менеджер Play Mobile, с /broker-api на конце или без него.',
  'Keyword prefixes': 'Префиксы ключевых слов',
  'On a shared short code every answer begins with a keyword of yours. Those named here, with commas between them, are cut off before stop words are looked for.':
    'На общем коротком номере каждый ответ начинается с вашего ключевого слова. Перечисленные здесь через запятую слова отрезаются до поиска стоп-слов.',
  'The whole address that Rapporto gave you, such as http://host:9080/acme_sms.':
    'Полный адрес, который дал Rapporto, например http://host:9080/acme_sms.',
  serviceId: 'serviceId',
  'The login of the service.': 'Логин сервиса.',
  pass: 'pass',
  'The password of the service.': 'Пароль сервиса.',
  'Repeats are dropped': 'Повторы отбрасываются',
  'Only if Rapporto has switched on de-duplication by partnerMsgId for the account: a doubtful SMS is then sent again without the danger of a second one.':
    'Только если Rapporto включил для аккаунта дедупликацию по partnerMsgId: тогда сомнительная SMS отправляется снова без риска второй.',
  'Seconds before a repeat': 'Секунд до повтора',
  'Rapporto asks for a minute after an error 500 or no answer; only where repeats are dropped.':
    'После ошибки 500 или без ответа Rapporto просит ждать минуту; только если повторы отбрасываются.',
  'Ask for answers in XML': 'Запрашивать ответы в XML',
  'A part of an XML answer cannot be taken for a whole one. Without it answers are plain text.':
    'Часть ответа в XML нельзя принять за целый. Без этого ответы — простой текст.',
  'Key of the hash': 'Ключ хеша',
  'If Rapporto signs texts from phones for you: those without a right hash are refused.':
    'Если Rapporto подписывает для вас входящие SMS: без верного хеша они отклоняются.',
  'Of the REST API, with or without /rest at the end.': 'Адрес REST API, с /rest на конце или без него.',
  'From the tab of API settings in the cabinet; it is not the password of the cabinet.':
    'Со вкладки настроек API в кабинете; это не пароль от кабинета.',
  "Stream Telecom's manager has to switch the service on.": 'Услугу должен включить менеджер Stream Telecom.',
  'A request asks for one SMS. How often Intellin lets itself be asked is not documented.':
    'Один запрос — об одной SMS. Как часто Intellin разрешает запросы, не описано.',
  'https://my.seven.tech, or https://hub.megafon.ru for MegaFon HUB, which runs the same software.':
    'https://my.seven.tech или, для MegaFon HUB на том же ПО, https://hub.megafon.ru.',
};
